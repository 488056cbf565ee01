"""Doing something as the user that the service runs as, so that what only root may read does not look readable."""

from __future__ import annotations

import json
import os
import pwd
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.util.typed_json import from_json, to_json

T = TypeVar("T")
NAME = "sm-dns"  # as systemd/sm-dns.sysusers makes it


def service_user(state_dir: Path) -> pwd.struct_passwd | None:
    """Who runs the service: the owner of its state directory or, before there is one, the packaged user.

    None for root, and where there is neither.
    """
    try:
        owner = state_dir.stat().st_uid
        return pwd.getpwuid(owner) if owner else None
    except (OSError, KeyError):
        pass
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return None


@dataclass(frozen=True, slots=True)
class _Failed:
    """The `BadInput` that a child's work ended in."""

    reason: Message
    file: str | None
    line: int | None


def as_user(user: pwd.struct_passwd | None, kind: type[T], work: Callable[[], T]) -> T:
    """What `work` gives when done with a user's rights: in a child, for ids cannot be taken back.

    `kind`: the dataclass that it gives, which comes as JSON. Not root, or no user: done here. Raises what `work`
    raises where that is `BadInput`.
    """
    if os.geteuid() != 0 or user is None:
        return work()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _work_and_end(user, work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        answer = stream.read()
    os.waitpid(child, 0)
    if not answer:
        raise BadInput("could not be looked at as the user {user}", user=user.pw_name)
    done, failed = json.loads(answer)
    if failed is not None:
        why = from_json(_Failed, failed)
        raise BadInput(why.reason, file=why.file, line=why.line)
    return from_json(kind, done)


def _work_and_end(user: pwd.struct_passwd, work: Callable[[], object], writing: int) -> None:
    """The child's whole life."""
    try:
        os.initgroups(user.pw_name, user.pw_gid)
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        done: object = None
        failed: _Failed | None = None
        try:
            done = work()
        except BadInput as error:
            failed = _Failed(error.reason, error.file, error.line)
        except Exception as error:  # whatever it is, the parent has to say it
            failed = _Failed(
                Message(
                    "could not be looked at as the user {user}: {reason}", user=user.pw_name, reason=error
                ),
                None,
                None,
            )
        with os.fdopen(writing, "w") as stream:
            stream.write(json.dumps(to_json((done, failed))))
        sys.stderr.flush()
    finally:
        os._exit(0)
