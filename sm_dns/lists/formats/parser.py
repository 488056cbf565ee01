"""Lists as others write them: one reader a format, one loop that loses no line.

Every line gives entries, or says nothing by its format's rules (blank, comment, cosmetic rule), or becomes a
`Problem` with its number and reason. Reading takes linear time and no regular expression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from types import MappingProxyType

from sm_dns.dns.names import BadName
from sm_dns.lists.entry import Entry, new_entry
from sm_dns.lists.formats import adblock, dnsmasq, hosts, plain, rpz, v2fly
from sm_dns.lists.formats.rule import Reader, ToAscii, Unusable
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message

MAX_LINE = 2048  # characters; a longer line is a problem, unread
MAX_LINES = 5_000_000  # more is not a list of names
SNIFFED_LINES = 400  # what `auto` looks at

READERS: Mapping[str, Callable[[ToAscii | None], Reader]] = MappingProxyType(
    {
        "plain": plain.reader,
        "hosts": hosts.reader,
        "adblock": adblock.reader,
        "dnsmasq": dnsmasq.reader,
        "rpz": rpz.reader,
        "v2fly": v2fly.reader,
    }
)
FORMATS = (*READERS, "auto")

_MARKUP = ("<!doctype", "<html", "<head", "<body", "<?xml", "<script")


@dataclass(frozen=True, slots=True)
class Problem:
    """A line (from 1) that gave nothing though it is no comment, and why."""

    line: int
    reason: Message


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a list gave. `format` is the one read, never `auto`."""

    format: str
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def parse(lines: Iterable[str], format: str, to_ascii: ToAscii | None = None) -> Parsed:
    """Read a list in one of `FORMATS`; `auto` takes the format that understands most of the first lines.

    `to_ascii` turns an internationalised name into A-labels; without it such lines are problems. Raises
    `BadInput` for a web page, for more than `MAX_LINES` lines and for an unknown format; never for a bad line.
    """
    source = iter(lines)
    head = _head(source)
    parsed = Parsed(_format_of(head, format))
    read = READERS[parsed.format](to_ascii)
    parsed.entries.extend(_read(chain(head, source), read, parsed.problems))
    return parsed


def entries(
    lines: Iterable[str], format: str, problems: list[Problem], to_ascii: ToAscii | None = None
) -> Iterator[Entry]:
    """The entries that `parse` gives of one of `READERS`, one by one: a long list need not be held whole.

    `problems` is added to meanwhile. Raises `BadInput` as `parse` does.
    """
    source = iter(lines)
    return _read(chain(_head(source), source), READERS[format](to_ascii), problems)


def format_of(lines: Iterable[str], format: str) -> str:
    """The format in which `parse` would read a list, never `auto`. Raises `BadInput` as that does."""
    return _format_of(_head(iter(lines)), format)


def _format_of(head: list[str], format: str) -> str:
    if format not in FORMATS:
        raise BadInput(
            "unknown list format {format!r}: one of {formats}", format=format, formats=", ".join(FORMATS)
        )
    return format if format != "auto" else sniff(head)


def _head(source: Iterator[str]) -> list[str]:
    """The first lines of a list. Raises `BadInput` for a web page."""
    head = list(islice(source, SNIFFED_LINES))
    if head:
        head[0] = head[0].removeprefix("\ufeff")
    _refuse_markup(head)
    return head


def sniff(head: Iterable[str]) -> str:
    """The format that gives most entries from these lines; the fewest problems, then `READERS`' order, decide."""
    sample = list(head)

    def score(name: str) -> tuple[int, int]:
        problems: list[Problem] = []
        found = sum(1 for _ in _read(sample, READERS[name](None), problems))
        return found, -len(problems)

    return max(READERS, key=score)


def _read(lines: Iterable[str], read: Reader, problems: list[Problem]) -> Iterator[Entry]:
    for number, line in enumerate(lines, 1):
        if number > MAX_LINES:
            raise BadInput("more than {most} lines", line=number, most=MAX_LINES)
        if len(line) > MAX_LINE:
            problems.append(Problem(number, Message("line over {most} characters", most=MAX_LINE)))
            continue
        text = line.rstrip()  # leading white space has a meaning in zone text
        if not text:
            continue
        try:
            for name, exact, answer, signal, embedded in read(text):
                yield new_entry((name, exact, number, answer, signal, embedded))
        except (Unusable, BadName) as error:
            problems.append(Problem(number, error.message))


def _refuse_markup(head: Iterable[str]) -> None:
    first = next((line.strip() for line in head if line.strip()), "")
    if first[:10].lower().startswith(_MARKUP):
        raise BadInput("a web page, not a list", line=1)
