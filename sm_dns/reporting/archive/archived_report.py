"""One report of the archive, as the audit tells of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, fields

from sm_dns.report.request import SUFFIXES, Form, Kind
from sm_dns.state.chain import Record
from sm_dns.util.errors import BadInput
from sm_dns.util.typed_json import from_json

ARCHIVED = "report archived"  # the action of the record


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDetails:
    """What a report is.

    number: such as "2026-0012", the year being that in which it was made. kind, form, language: of the document.
    first, last: local dates of its period, both inclusive. department: the only one that it is of, or "". rounded:
    whether it was made for who may not read every number. sha256: of the document, hexadecimal. size: octets.
    """

    number: str
    kind: Kind
    first: str
    last: str
    form: Form
    language: str
    department: str
    rounded: bool
    sha256: str
    size: int

    @property
    def file_name(self) -> str:
        """Such as "2026-0012-usage-2026-10-01-2026-10-31.pdf"."""
        return f"{self.number}-{self.kind}-{self.first}-{self.last}.{SUFFIXES[self.form]}"


@dataclass(frozen=True, slots=True)
class ArchivedReport:
    """A report, who had it made, and when (ISO 8601, UTC)."""

    details: ReportDetails
    by: str
    at: str


def archived_in(records: Iterable[Record]) -> list[ArchivedReport]:
    """The archived reports that records of the audit tell of, the oldest first.

    One that another sm-dns recorded in a form that this one does not know is left out.
    """
    names = {field.name for field in fields(ReportDetails)}
    found = []
    for each in records:
        if each.action == ARCHIVED:
            # What else the record says is about who wrote it.
            own = {name: value for name, value in each.detail.items() if name in names}
            with suppress(BadInput):
                found.append(ArchivedReport(from_json(ReportDetails, own), each.who, each.at))
    return found
