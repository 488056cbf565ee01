"""A lease file that is read when it has changed."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from sm_dns.generation.lease_source import LeaseSource
from sm_dns.lan.told import Told
from sm_dns.monitor.identity.leases import forms
from sm_dns.monitor.identity.leases.lease import MAX_BYTES, Written
from sm_dns.monitor.identity.office_text import text_of
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_regular
from sm_dns.util.fingerprint import Fingerprint, fingerprint

MAX_LOGS = 16  # of a folder
READ_TRIES = 3  # while files change

_LOGS = "DhcpSrvLog-*.log"


class LeaseFile:
    """One file of a DHCP server, with what Kea keeps beside it; or a folder of Windows' audit logs, one a weekday."""

    def __init__(self, source: LeaseSource) -> None:
        self._source = source
        self._path = Path(source.path)
        self._mark: Fingerprint | None = None

    def changed(self, now: float) -> Told | None:
        """Its leases, None where it is as it was read last.

        Raises `BadInput` or `OSError`; then it is read again at the next call, changed or not.
        """
        mark = self._now_there()
        if mark == self._mark:
            return None
        self._mark = None
        told = self._told(mark)
        self._mark = mark
        return told

    def _now_there(self) -> Fingerprint:
        return fingerprint([self._path, *_beside(self._path)])

    def _told(self, mark: Fingerprint) -> Told:
        """What is there; where it changes under the hand, as while Kea renames its files, once more, a few times."""
        for _ in range(READ_TRIES - 1):
            try:
                return self._read()
            except (BadInput, OSError):
                if self._now_there() == mark:
                    raise
        return self._read()

    def _read(self) -> Told:
        texts = self._texts()
        written = max(path.stat().st_mtime for path in texts)
        zone = ZoneInfo(self._source.zone)
        reading, form = forms.read("\n".join(texts.values()), self._source.form, Written(written, zone))
        return Told(reading, form, written)

    def _texts(self) -> dict[Path, str]:
        """The files that make up the source and what they hold, the oldest first."""
        if _is_folder(self._path):
            return {path: _text(path) for path in _logs(self._path)}
        own = {} if _is_missing(self._path) else {self._path: _text(self._path)}
        if any(text.strip() and not self._is_kea(text) for text in own.values()):
            return own
        kept = {path: _text(path) for path in _kept(self._path)}
        whole = {path: text for path, text in kept.items() if self._is_kea(text)} | own
        return whole or {self._path: _text(self._path)}  # which says what is wrong

    def _is_kea(self, text: str) -> bool:
        return (self._source.form or forms.form_of(text)) == forms.KEA


def _is_missing(path: Path) -> bool:
    """Whether a file is not there; one that may not be looked at is, and reading it says why not."""
    try:
        return not is_there(path)
    except OSError:
        return False


def _text(path: Path) -> str:
    # Host names are whatever clients sent: octets that are no text cost a name, not the file.
    return text_of(read_regular(path, limit=MAX_BYTES))


def _is_folder(path: Path) -> bool:
    """Whether it is known to be one; reading what may not be looked at says why not."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _logs(folder: Path) -> list[Path]:
    found = sorted(folder.glob(_LOGS))
    if not found:
        raise BadInput("holds no {files}", file=folder, files=_LOGS)
    return found[:MAX_LOGS]


def _beside(path: Path) -> list[Path]:
    """What Kea's clean-up moves leases to, the oldest first."""
    return [path.with_name(path.name + end) for end in (".completed", ".2", ".1")]


def _kept(path: Path) -> list[Path]:
    """Those of them that Kea itself would read: a clean-up that was completed holds what the others do."""
    completed, *others = _beside(path)
    return [completed] if is_there(completed) else [other for other in others if is_there(other)]
