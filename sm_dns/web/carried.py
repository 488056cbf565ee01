"""An action of a dashboard on a node, as the primary does it: `python -m sm_dns.web.carried CONFIG NODE`.

Who does what stands on standard input, for there may be a password in it; what came of it goes to standard output.
The role is that of the account here, whatever a node says.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sm_dns.generation.web import NO_WEB
from sm_dns.settings.load import load_settings
from sm_dns.state import audit
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, told
from sm_dns.util.typed_json import from_json, to_json
from sm_dns.web.action_registry import ACTIONS
from sm_dns.web.auth.roles import CannotWrite, Person, Refused
from sm_dns.web.auth.sessions import Session
from sm_dns.web.data.backend import Backend
from sm_dns.web.site import Site

MAX_BYTES = 256 << 10  # octets of what is asked


@dataclass(frozen=True)
class Wanted:
    """Who does which action with which fields."""

    person: str
    action: str
    fields: dict[str, str]


def main() -> None:
    """Entry point."""
    config, node = Path(sys.argv[1]), sys.argv[2]
    try:
        print(
            json.dumps({"ok": True, "answer": to_json(_done(config, node, sys.stdin.buffer.read(MAX_BYTES)))})
        )
    except (Refused, CannotWrite) as refused:
        print(json.dumps({"ok": False, "said": to_json(Message("{reason}", reason=str(refused)))}))
    except BadInput as error:
        print(json.dumps({"ok": False, "said": to_json(error.message)}))
    except OSError as error:
        print(json.dumps({"ok": False, "said": to_json(told(error))}))


def _done(config: Path, node: str, asked: bytes) -> object:
    """Do it. Raises `Refused`, `BadInput` and `OSError`."""
    wanted = _read(asked)
    action = ACTIONS.get(wanted.action)
    if action is None:
        raise BadInput("there is no such thing to do")
    settings = load_settings(config)
    audit.act_for(wanted.person, node)
    plan = replace(NO_WEB, words=settings.notice.own_profile.words)
    backend = Backend(plan, config, settings.state_dir)
    user = backend.accounts.book().user(wanted.person)
    if user is None:
        raise BadInput("there is no user {name!r}", name=wanted.person)
    session = Session(user.name, user.password, "", 0.0, 0.0)
    person = Person(user.name, user.role, user.department, session)
    given: Mapping[str, object] = wanted.fields
    return Site(backend).do(action, person, given)


def _read(asked: bytes) -> Wanted:
    try:
        return from_json(Wanted, json.loads(asked), "request")
    except ValueError as error:
        raise BadInput("request: {reason}", reason=error) from error


if __name__ == "__main__":
    main()
