"""Zone lines (RFC 1035 §5.1), each read by itself by dnspython, so that a mistake has the number of its line.

An indented line goes on with the owner above it; parentheses span lines; `;` begins a comment, and so does `#` after
a space. `$ORIGIN` and `$TTL` hold from their line on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from dns.exception import DNSException
from dns.name import IDNA_2008_Practical, root
from dns.rdataclass import IN
from dns.tokenizer import Tokenizer
from dns.ttl import BadTTL
from dns.zonefile import Reader, RRSetsReaderManager, RRsetsReaderTransaction

from sm_dns.resolve.local_records import LocalRecord
from sm_dns.util.errors import Spoken, Wrong
from sm_dns.util.message import Message

DEFAULT_TTL = 300  # seconds
LONGEST_TTL = 2**31 - 1  # seconds (RFC 2181 §8)

# What has a meaning to lines: an escaped letter (none), a string in quotes (none), parentheses, comments.
_MARKS = re.compile(r"""\\.|"(?:\\.|[^"\\])*"?|[();]|(?:^|(?<=\s))#""")
_DIRECTIVES = ("$ORIGIN", "$TTL")  # others could make much of little, or read another file
WRONG_TTL = Message("a TTL is 0 to {most} seconds", most=LONGEST_TTL)
NO_OWNER = Message("an indented line goes on with the name above it, and there is none")
_ZONED = re.compile(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*%")  # an address with its link: fe80::1%eth0
NO_ZONE = Message("a record cannot carry a zone: write the address without what begins at its %")
_SAYS_NOTHING = "Text input is malformed."  # dnspython, of most data that does not fit its type


class Entry(NamedTuple):
    """A record as it was written, comments dropped, on one line or over several; the number of its first line."""

    line: int
    text: str


def entries(lines: Iterable[str]) -> Iterator[Entry]:
    """The records of a file. Raises `Unclosed` for a parenthesis that is not closed at its end."""
    start, depth, written = 0, 0, ""
    for number, line in enumerate(lines, start=1):
        text, opened = _without_comment(line)
        if not written:
            start = number
        written = f"{written}\n{text}" if written else text
        depth += opened
        if depth <= 0:
            if written.strip():
                yield Entry(start, written)
            depth, written = 0, ""
    if written.strip():
        raise Unclosed(start)


class Unclosed(Spoken):
    """A parenthesis that is not closed; `line` is where its record begins."""

    def __init__(self, line: int) -> None:
        super().__init__("a parenthesis is not closed")
        self.line = line


def _without_comment(line: str) -> tuple[str, int]:
    """A line up to its comment, and how many more parentheses it opens than it closes, those in quotes left alone."""
    depth = 0
    for mark in _MARKS.finditer(line):
        if mark[0] in (";", "#"):
            return line[: mark.start()].rstrip(), depth
        depth += (mark[0] == "(") - (mark[0] == ")")
    return line.rstrip(), depth


class ZoneReader:
    """Reads zone lines one after another; origin, TTL and the owner of the last go on to the next."""

    def __init__(self) -> None:
        self._read = _Read()
        self._reader = Reader(
            Tokenizer(""), IN, self._read, allow_directives=_DIRECTIVES, default_ttl=DEFAULT_TTL
        )
        self.forget_owner()

    @property
    def ttl(self) -> int:
        """Seconds of a record that says none."""
        return self._reader.default_ttl

    def forget_owner(self) -> None:
        """The next line may not be an indented one."""
        self._reader.last_name = None

    def read(self, text: str) -> list[LocalRecord]:
        """The records of an entry, names in canonical form. Raises `ValueError` with the reason."""
        self._read.records = []
        self._reader.tok = Tokenizer(text, idna_codec=IDNA_2008_Practical)
        try:
            self._reader.read()
        except DNSException as error:
            raise Wrong(_reason(error, text)) from error
        if self.ttl > LONGEST_TTL:
            raise Wrong(WRONG_TTL)
        return self._read.records


class _Read(RRsetsReaderTransaction):
    """Where dnspython puts what it reads: a list, in the order of the file."""

    def __init__(self) -> None:
        super().__init__(RRSetsReaderManager(root, False, IN), True, False)  # type: ignore[no-untyped-call]
        self.records: list[LocalRecord] = []

    def add(self, *args: Any) -> None:
        """Take a record: owner, TTL, data."""
        owner, ttl, rdata = args
        if ttl > LONGEST_TTL:
            raise Wrong(WRONG_TTL)
        name = owner.to_digestable()
        self.records.append(LocalRecord(name, int(rdata.rdtype), ttl, rdata.to_digestable()))


def _reason(error: DNSException, text: str) -> Message:
    """What is wrong, in words that help: dnspython's own come with a file and a line that are not there."""
    cause = error.__context__ or error
    said = str(cause)
    if isinstance(cause, BadTTL):
        return WRONG_TTL
    if _ZONED.search(text):
        return NO_ZONE
    if said == "the last used name is undefined":
        return NO_OWNER
    if said in ("", _SAYS_NOTHING):
        return Message("not a record: the data is missing, or does not fit its type")
    if said.startswith("unknown rdatatype") and text[:1].isspace():
        return Message("not a record: {reason}; an indented line goes on with the name above it", reason=said)
    return Message("not a record: {reason}", reason=said)
