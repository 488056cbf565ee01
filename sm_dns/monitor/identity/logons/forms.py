"""The forms of files of logons, and which of them a text is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sm_dns.monitor.identity.leases.lease import MAX_LINE, Written
from sm_dns.monitor.identity.logons import drop, freeradius
from sm_dns.monitor.identity.logons.logon import Events
from sm_dns.util.errors import BadInput

LOOKED_AT = 100  # lines by which a form is known


class _Form(NamedTuple):
    name: str
    fits: Callable[[Sequence[str]], bool]
    read: Callable[[Sequence[str], Written], Events]


def read(text: str, name: str, written: Written) -> tuple[Events, str]:
    """The logons of a text, and the name of its form; that is `name`, or with "" what the text looks like.

    A record that cannot be used is counted, never an error (T14). Raises `BadInput` beyond a bound, and for a text of
    no known form.
    """
    lines = [line.rstrip("\r")[:MAX_LINE] for line in text.split("\n")]
    useful = [line for line in lines if line.strip() and not line.startswith("#")][:LOOKED_AT]
    if not useful and not name:
        return Events((), 0), ""
    for form in _FORMS:
        if form.name == name or (not name and form.fits(useful)):
            return form.read(lines, written), form.name
    raise BadInput("is a file of logons of no known form; tried were {forms}", forms=", ".join(NAMES))


def _is_freeradius(lines: Sequence[str]) -> bool:
    return any(freeradius.LINE.match(line) for line in lines)


def _is_json(lines: Sequence[str]) -> bool:
    return lines[0].lstrip().startswith("{")


def _is_csv(lines: Sequence[str]) -> bool:
    return set(drop.NEEDED) <= set(drop.headings(lines[0]))


def _read_freeradius(lines: Sequence[str], written: Written) -> Events:
    return freeradius.read(lines)


FREERADIUS = "freeradius"

_FORMS = (
    _Form(FREERADIUS, _is_freeradius, _read_freeradius),
    _Form("json", _is_json, drop.read_json),
    _Form("csv", _is_csv, drop.read_csv),
)
NAMES = tuple(sorted(form.name for form in _FORMS))
