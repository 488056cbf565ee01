"""The folder of archived reports: `STATE_DIR/reports`."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sm_dns.report.request import Form, Kind
from sm_dns.reporting.archive.archived_report import ARCHIVED, ArchivedReport, ReportDetails, archived_in
from sm_dns.state import audit
from sm_dns.state.audit import Trail
from sm_dns.state.chain import Verdict
from sm_dns.state.intent import Replaced
from sm_dns.util.errors import BadInput
from sm_dns.util.files import atomic_write, locked, make_directory, read_regular, read_text
from sm_dns.util.typed_json import to_json

FOLDER = "reports"
COUNTER = "last-number"
MAX_DOCUMENT = 16 << 20  # octets
MAX_NUMBER = 9999  # in a year

_NUMBER = re.compile(r"(?P<year>[0-9]{4})-(?P<place>[0-9]{4})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is to be archived, apart from its number and its octets: see `ReportDetails`."""

    kind: Kind
    first: str
    last: str
    form: Form
    language: str
    department: str = ""
    rounded: bool = False


class Archive:
    """The archive of one state directory."""

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir / FOLDER
        self._audit = state_dir / audit.FILE

    def take_number(self, year: int) -> str:
        """The next number of a year, which nobody else gets. Raises `OSError`, `BadInput`.

        Where the report then cannot be made, its number stays empty.
        """
        make_directory(self._folder, mode=0o700)
        counter = self._folder / COUNTER
        with locked(self._folder / f"{COUNTER}.lock"):
            place = self._last(counter, year) + 1
            if place > MAX_NUMBER:
                raise BadInput(
                    "the archive has {most} reports of this year: no number is left", most=MAX_NUMBER
                )
            number = f"{year:04}-{place:04}"
            atomic_write(counter, f"{number}\n".encode(), mode=0o600)
        return number

    def add(self, trail: Trail, number: str, about: About, data: bytes) -> ArchivedReport:
        """Keep a document under its number, with its record in the audit: both or neither.

        Raises `OSError`, and `BadInput` for one that is too large.
        """
        if len(data) > MAX_DOCUMENT:
            raise BadInput("the report is larger than {limit} bytes", limit=MAX_DOCUMENT)
        details = ReportDetails(
            number=number,
            kind=about.kind,
            first=about.first,
            last=about.last,
            form=about.form,
            language=about.language,
            department=about.department,
            rounded=about.rounded,
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
        )
        with trail.turn() as turn:
            record = turn.change(
                ARCHIVED,
                number,
                why="",
                detail=to_json(details),
                files=[Replaced(self._path(details), data, mode=0o600)],
            )
        return ArchivedReport(details, record.who, record.at)

    def reports(self) -> list[ArchivedReport]:
        """Every archived report, the oldest first. Raises `OSError`, and `BadInput` for a damaged audit."""
        return archived_in(audit.read(self._audit))

    def find(self, number: str) -> ArchivedReport:
        """The report of a number. Raises `BadInput`, and `OSError` for who may not read any."""
        with suppress(FileNotFoundError):
            any(self._folder.iterdir())
        for each in self.reports():
            if each.details.number == number:
                return each
        raise BadInput("there is no archived report {number!r}", number=number)

    def read(self, report: ArchivedReport) -> bytes:
        """The document as it was archived. Raises `OSError`, and `BadInput` where it is another now."""
        path = self._path(report.details)
        data = read_regular(path, limit=MAX_DOCUMENT)
        if hashlib.sha256(data).hexdigest() != report.details.sha256:
            raise BadInput("is not the document that was archived: it was changed since", file=path)
        return data

    def known(self, data: bytes) -> tuple[Verdict, list[ArchivedReport]]:
        """Whether the audit is whole, and where it is, the reports that were archived with just these octets."""
        verdict = audit.verify(self._audit)
        if not verdict.ok:
            return verdict, []
        wanted = hashlib.sha256(data).hexdigest()
        return verdict, [each for each in self.reports() if each.details.sha256 == wanted]

    def _path(self, details: ReportDetails) -> Path:
        return self._folder / details.file_name

    def _last(self, counter: Path, year: int) -> int:
        """The last number given in a year; that of the documents where the counter is lost."""
        texts = [read_text(counter, limit=64)] if counter.exists() else []
        texts += [each.name[:9] for each in self._folder.iterdir()]
        found = [match for text in texts if (match := _NUMBER.fullmatch(text.strip()))]
        return max((int(match["place"]) for match in found if int(match["year"]) == year), default=0)
