"""`Export-DhcpServer -Leases`: XML with an element `Lease` for each, of both families."""

from __future__ import annotations

from xml.parsers import expat

from sm_dns.monitor.identity.leases import windows_lease
from sm_dns.monitor.identity.leases.lease import MAX_LEASES, MAX_LINE, Reading, Written
from sm_dns.util.errors import BadInput

ROOT = "<DHCPServer"

_LEASE = "Lease"
_PARTS = {
    windows_lease.ADDRESS,
    windows_lease.CLIENT,
    windows_lease.IDENTIFIER,
    windows_lease.HOST,
    windows_lease.STATE,
    windows_lease.ENDS,
}


def read(text: str, written: Written) -> Reading:
    """Every lease that is held. Raises `BadInput` for what is no XML, and for a DTD: entities may grow."""
    leases = _Leases()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = leases.start
    parser.EndElementHandler = leases.end
    parser.CharacterDataHandler = leases.text
    try:
        parser.Parse(_without_declaration(text).encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise BadInput("is no sound XML", line=error.lineno) from error
    return windows_lease.reading_of(leases.rows, written)


def _refuse(name: str, system_id: str | None, public_id: str | None, has_subset: bool) -> None:
    raise BadInput("is XML with a DTD, which no export of Windows has")


def _without_declaration(text: str) -> str:
    """It names the encoding that the octets had, and this is text."""
    start = text.lstrip()
    return start.partition("?>")[2] if start.startswith("<?xml") else start


class _Leases:
    """What the parser comes by."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []
        self._row: dict[str, str] | None = None
        self._part = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _LEASE:
            if len(self.rows) >= MAX_LEASES:
                raise BadInput("more than {most} leases", most=MAX_LEASES)
            self._row = {}
            self.rows.append(self._row)
        self._part = name.lower() if name.lower() in _PARTS else ""

    def end(self, name: str) -> None:
        self._part = ""
        if name == _LEASE:
            self._row = None

    def text(self, text: str) -> None:
        if self._row is not None and self._part:
            self._row[self._part] = (self._row.get(self._part, "") + text).strip()[:MAX_LINE]
