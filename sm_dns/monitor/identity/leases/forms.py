"""The forms of lease files, and which of them a text is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sm_dns.monitor.identity.leases import (
    dnsmasq,
    isc,
    kea,
    mikrotik,
    odhcpd,
    windows_csv,
    windows_log,
    windows_xml,
)
from sm_dns.monitor.identity.leases.lease import MAX_LINE, Reading, Written, usable_lines
from sm_dns.util.errors import BadInput

LOOKED_AT = 400  # lines by which a form is known


Reader = Callable[[str, Written], Reading]


class Form(NamedTuple):
    """A form by its name in the configuration. `fits`: whether the first lines that say something are its."""

    name: str
    fits: Callable[[Sequence[str]], bool]
    read: Reader


def read(text: str, name: str, written: Written) -> tuple[Reading, str]:
    """The leases of a text, and the name of its form; that is `name`, or with "" what the text looks like.

    An empty text is of no form and has no leases. A line that cannot be used is counted, never an error (T14). Raises
    `BadInput` beyond a bound, and for a text of no known form.
    """
    name = name or form_of(text)
    if name:
        return _BY_NAME[name].read(text, written), name
    if all(line.startswith("#") for line in _start(text)):
        return Reading((), 0), ""
    raise BadInput("is a lease file of no known form; tried were {forms}", forms=", ".join(NAMES))


def form_of(text: str) -> str:
    """The name of the form that a text looks like, "" for none."""
    start = _start(text)
    return next((form.name for form in _FORMS if form.fits(start)), "")


def _start(text: str) -> list[str]:
    lines = text[: LOOKED_AT * MAX_LINE].split("\n", LOOKED_AT)[:LOOKED_AT]
    return [line.strip() for line in lines if line.strip()]


def _by_line(read_lines: Callable[[Sequence[str]], Reading]) -> Reader:
    return lambda text, written: read_lines(usable_lines(text))


def _by_line_and_time(read_lines: Callable[[Sequence[str], Written], Reading]) -> Reader:
    return lambda text, written: read_lines(usable_lines(text), written)


_KEA_HEADER = re.compile(r"address,.*\bexpire\b.*")


def _is_kea(start: Sequence[str]) -> bool:
    return bool(start) and _KEA_HEADER.match(start[0]) is not None


def _is_windows_xml(start: Sequence[str]) -> bool:
    return bool(start) and start[0].startswith("<") and any(windows_xml.ROOT in line for line in start)


def _is_windows_csv(start: Sequence[str]) -> bool:
    header = next((line for line in start if not windows_csv.is_type(line)), "")
    return windows_csv.is_header(header)


def _is_windows_log(start: Sequence[str]) -> bool:
    return any(line.lower().startswith(windows_log.HEADER) for line in start)


def _is_mikrotik(start: Sequence[str]) -> bool:
    return any(line == mikrotik.SECTION or mikrotik.TERSE.match(line) for line in start)


def _is_odhcpd(start: Sequence[str]) -> bool:
    return any(odhcpd.LINE.fullmatch(line) for line in start)


def _is_isc(start: Sequence[str]) -> bool:
    return any(line.partition(" ")[0] in isc.STARTS for line in start)


def _is_dnsmasq(start: Sequence[str]) -> bool:
    words = next((line.split() for line in start if not line.startswith("#")), [""])
    return words[0] == "duid" or (words[0].isascii() and words[0].isdigit() and len(words) > 1)


KEA = "kea"

_FORMS = (
    Form(KEA, _is_kea, _by_line(kea.read)),
    Form("windows-xml", _is_windows_xml, windows_xml.read),
    Form("windows-csv", _is_windows_csv, _by_line_and_time(windows_csv.read)),
    Form("windows-log", _is_windows_log, _by_line_and_time(windows_log.read)),
    Form("mikrotik", _is_mikrotik, _by_line_and_time(mikrotik.read)),
    Form("odhcpd", _is_odhcpd, _by_line(odhcpd.read)),
    Form("isc-dhcpd", _is_isc, _by_line(isc.read)),
    Form("dnsmasq", _is_dnsmasq, _by_line(dnsmasq.read)),
)
_BY_NAME = {form.name: form for form in _FORMS}
NAMES = tuple(sorted(_BY_NAME))
