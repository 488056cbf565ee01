"""Keeps each version of the policy as it comes into force. Whatever the disk refuses, no policy waits for it."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sm_dns.generation.directory import Generation
from sm_dns.history.causes import causes, file_marks, records_since
from sm_dns.history.differences import differences
from sm_dns.history.shelf import Shelf, hash_of_file
from sm_dns.history.version import FileMark, Version
from sm_dns.lists.index import NameIndex
from sm_dns.lists.index_differences import ListDifference, list_differences
from sm_dns.policy.snapshot import NAMES_FILE, POLICY_FILE
from sm_dns.state import audit
from sm_dns.util.clock import utc_iso
from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_regular
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import Message, reason_of

MAX_POLICY = 64 << 20  # octets of a policy

log = logging.getLogger(__name__)


class Keeper:
    """The one writer of the history of a state directory. Its methods may be called in any thread."""

    def __init__(self, state_dir: Path) -> None:
        self.trouble: Message | None = None
        self._shelf = Shelf(state_dir)
        self._audit = state_dir / audit.FILE
        self._lost_since: float | None = None
        self._recorded: int | None = None  # octets of the audit when the files were read
        self._read_up_to: int | None = None
        self._lock = threading.Lock()

    def keep(self, generation: Generation, since: float, now: float) -> int:
        """Keep what is in force since an instant, unless it says what the newest version says; how many versions had
        to go for it. `since` and `now`: POSIX seconds. Never raises: what cannot be kept is a finding."""
        with self._lock:
            try:
                gone = self._keep(generation, since, now)
            except (OSError, BadInput) as error:
                self._refused(reason_of(error), since)
                return 0
            self.trouble = self._lost_since = None
            return gone

    def compiling(self) -> None:
        """The files are about to be read: what is recorded from here on may be of a later version."""
        try:
            self._recorded = self._audit.stat().st_size
        except OSError:
            self._recorded = None

    def nothing_new(self) -> None:
        """What was recorded before has not changed the policy: it is no cause of the next version."""
        self._read_up_to = self._recorded

    def findings(self) -> list[Finding]:
        """As `status` and the dashboard show them."""
        if self.trouble is None:
            return []
        since = utc_iso(self._lost_since or 0.0)
        return [
            finding(
                "warning",
                "the policy in force since {since} is not in the history: {reason}",
                since=since,
                reason=self.trouble,
            )
        ]

    def _refused(self, reason: Message, since: float) -> None:
        if self._lost_since is None:
            self._lost_since = since
        if self.trouble != reason:
            log.error("the history of the policy could not be written: %s", reason)
        self.trouble = reason

    def _keep(self, generation: Generation, since: float, now: float) -> int:
        last = self._shelf.last()
        if last is not None and last.version == generation.snapshot.version:
            return 0
        document = read_regular(generation.directory / POLICY_FILE, limit=MAX_POLICY)
        policy = json.loads(document)
        names = generation.directory / NAMES_FILE
        lists = hash_of_file(names)
        records, octets = records_since(self._audit, self._from_where(last))
        config = Path(generation.service.config)
        files = _files(generation, config)
        version = Version(
            id=1 + max(self._shelf.numbers(), default=0),
            since=since,
            lost_since=None if self._lost_since == since else self._lost_since,
            generation=generation.snapshot.generation,
            version=generation.snapshot.version,
            names=len(generation.snapshot.names),
            configuration=_hash_if_there(config),
            schedules=blake2b(
                json.dumps(policy.get("schedules"), sort_keys=True).encode(), digest_size=16
            ).hexdigest(),
            lists=lists,
            causes=causes(records, None if last is None else last.files, files),
            difference=self._difference(last, policy, lists, names, since),
            files=files,
            audit_octets=octets if self._recorded is None else min(octets, self._recorded),
        )
        self._shelf.put(version, document, names)
        self._read_up_to = version.audit_octets
        return self._tidied(now)

    def _from_where(self, last: Version | None) -> int:
        """How much of the audit tells of earlier versions."""
        known = 0 if last is None else last.audit_octets
        return max(known, self._read_up_to or 0)

    def _difference(
        self, last: Version | None, policy: Mapping[str, Any], lists: str, names: Path, now: float
    ) -> tuple[Message, ...]:
        if last is None:
            return (Message("the first version that is kept"),)
        try:
            found: Mapping[str, ListDifference] = {}
            if last.lists != lists:
                with self._shelf.names(last.lists) as before, closing(NameIndex.open(names)) as after:
                    found = list_differences(before, after)
            told = differences(self._shelf.document(last), policy, found, now)
        except BadInput as error:
            return (Message("the version before cannot be compared: {reason}", reason=reason_of(error)),)
        return told or (Message("the same names, on other lines or answered otherwise"),)

    def _tidied(self, now: float) -> int:
        gone = self._shelf.tidy(now)
        if gone:
            log.info("%d versions of the policy are not kept any more", gone)
        return gone


def _hash_if_there(config: Path) -> str:
    """Of the configuration; nothing where it cannot be read: the last good policy may be in force without it."""
    try:
        return hash_of_file(config)
    except OSError:
        return ""


def _files(generation: Generation, config: Path) -> dict[str, FileMark]:
    """The files that people edit: the configuration, and what lies in the folders of lists and calendars."""
    folders = [path for path in map(Path, generation.service.watched) if path.is_dir()]
    return file_marks([config, *folders])
