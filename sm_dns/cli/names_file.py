"""Names that a person has in a file: one a line, with remarks."""

from __future__ import annotations

import sys
from pathlib import Path

from sm_dns.admin.domain_names import normalise
from sm_dns.monitor.identity.office_text import text_of
from sm_dns.util.errors import BadInput
from sm_dns.util.message import system_reason

MAX_OCTETS = 1 << 20
STANDARD_INPUT = "-"


def names_of(source: str) -> list[str]:
    """The names of a file, or of standard input by `-`. Raises `BadInput` with the line of what is no name, and for
    what holds none."""
    file = Path("standard input" if source == STANDARD_INPUT else source)
    try:
        with sys.stdin.buffer if source == STANDARD_INPUT else file.open("rb") as stream:
            octets = stream.read(MAX_OCTETS + 1)
    except OSError as error:
        raise BadInput("cannot be read: {reason}", file=file, reason=system_reason(error)) from error
    if len(octets) > MAX_OCTETS:
        raise BadInput("is larger than {limit} bytes", file=file, limit=MAX_OCTETS)
    found = []
    for number, line in enumerate(text_of(octets).splitlines(), 1):
        text = line.partition("#")[0].strip()
        if text:
            found.append(_checked(text, file, number))
    if not found:
        raise BadInput("holds no names", file=file)
    return found


def _checked(text: str, file: Path, line: int) -> str:
    try:
        normalise(text)
    except BadInput as error:
        raise BadInput(error.reason, file=file, line=line) from error
    return text
