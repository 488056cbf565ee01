"""Sheets that are being sent to heads, and how that went: a page asks again and again, and waits for nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from sm_dns.settings.blocks.reports import ReportSettings
from sm_dns.util.clock import utc_iso
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, reason_of
from sm_dns.util.schema_notes import Utc, says

Send = Callable[[ReportSettings], str]
"""Makes and delivers one sheet; where it went. Raises `BadInput`, `OSError`."""


@dataclass(frozen=True, slots=True)
class SheetSent:
    """What became of one sheet."""

    department: str
    to: Annotated[str, says("where it went; empty where it did not")]
    failure: Annotated[Message | None, says("why it did not")]


@dataclass(frozen=True, slots=True)
class Sending:
    """The last sending that this dashboard was asked for since it started."""

    month: str
    by: str
    began: Utc
    count: Annotated[int, says("of sheets in all")]
    sheets: Annotated[tuple[SheetSent, ...], says("those whose turn has come; all of them when it is over")]

    @property
    def is_over(self) -> bool:
        """Whether every sheet had its turn."""
        return len(self.sheets) == self.count


class SheetSender:
    """Sends in a thread of its own, one month at a time. `clock`: POSIX seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.last: Sending | None = None
        self._clock = clock
        self._lock = threading.Lock()

    def begin(self, month: str, by: str, sheets: Sequence[ReportSettings], send: Send) -> Sending:
        """Begin to send sheets; one that fails keeps no other back. Raises `BadInput` while others are being sent."""
        with self._lock:
            if self.last is not None and not self.last.is_over:
                raise BadInput("sheets of {month} are being sent", month=self.last.month)
            begun = self.last = Sending(month, by, utc_iso(self._clock()), len(sheets), ())
        threading.Thread(target=self._run, args=(begun, tuple(sheets), send), daemon=True).start()
        return begun

    def _run(self, sending: Sending, sheets: tuple[ReportSettings, ...], send: Send) -> None:
        for sheet in sheets:
            sending = replace(sending, sheets=(*sending.sheets, _sent(sheet, send)))
            self.last = sending


def _sent(sheet: ReportSettings, send: Send) -> SheetSent:
    department = sheet.departments[0]
    try:
        return SheetSent(department, send(sheet), None)
    except Exception as error:  # whatever one of them meets, the next one is sent
        return SheetSent(department, "", reason_of(error))
