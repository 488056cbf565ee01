"""Lists as others write them: one reader a format, one loop that loses no line.

Every line gives entries, or says nothing by its format's rules (blank, comment), or becomes a `Problem` with its
number and reason. Reading takes linear time and no regular expression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from types import MappingProxyType

from sm_dns.dns.names import BadName
from sm_dns.lists.entry import Entry, new_entry
from sm_dns.lists.formats import adblock, auto, clash, dnsmasq, hosts, plain, rpz, unbound, v2fly
from sm_dns.lists.formats.left_out import LeftOut, Problem
from sm_dns.lists.formats.rule import NotForDns, Reader, ToAscii, Unusable
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
        "unbound": unbound.reader,
        "rpz": rpz.reader,
        "v2fly": v2fly.reader,
        "clash": clash.reader,
    }
)
AUTO = "auto"
FORMATS = (*READERS, AUTO)

_MARKUP = ("<!doctype", "<html", "<head", "<body", "<?xml", "<script")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a list gave. `format` is the one of most of its lines, never `auto`."""

    format: str
    entries: list[Entry] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)


def parse(lines: Iterable[str], format: str, to_ascii: ToAscii | None = None) -> Parsed:
    """Read a list in one of `FORMATS`; `auto` reads each line by the form that it has.

    `to_ascii` turns an internationalised name into A-labels; without it such lines are problems. Raises
    `BadInput` for a web page, for more than `MAX_LINES` lines and for an unknown format; never for a bad line.
    """
    source = iter(lines)
    head = _head(source)
    parsed = Parsed(_main_of(head, format))
    read = _reader(format, parsed.format, to_ascii)
    parsed.entries.extend(_read(chain(head, source), read, parsed.left_out))
    return parsed


def entries(
    lines: Iterable[str], format: str, left_out: LeftOut, to_ascii: ToAscii | None = None
) -> Iterator[Entry]:
    """The entries that `parse` gives, one by one: a long list need not be held whole.

    `left_out` is added to meanwhile. Raises `BadInput` as `parse` does.
    """
    source = iter(lines)
    head = _head(source)
    return _read(chain(head, source), _reader(format, _main_of(head, format), to_ascii), left_out)


def main_format(lines: Iterable[str], format: str) -> str:
    """The format of most lines, as `parse` tells it. Raises `BadInput` as that does."""
    return _main_of(_head(iter(lines)), format)


def _reader(format: str, main: str, to_ascii: ToAscii | None) -> Reader:
    return auto.reader(main, to_ascii) if format == AUTO else READERS[format](to_ascii)


def _main_of(head: list[str], format: str) -> str:
    if format not in FORMATS:
        raise BadInput(
            "unknown list format {format!r}: one of {formats}", format=format, formats=", ".join(FORMATS)
        )
    return format if format != AUTO else sniff(head)


def _head(source: Iterator[str]) -> list[str]:
    """The first lines of a list. Raises `BadInput` for a web page."""
    head = list(islice(source, SNIFFED_LINES))
    if head:
        head[0] = head[0].removeprefix("\ufeff")
    _refuse_markup(head)
    return head


def sniff(head: Iterable[str]) -> str:
    """The format that gives most entries from these lines; the fewest problems, then `READERS`' order, decide.

    Bare names, which adblock rules may be too, do not speak for these: there they mean less.
    """
    sample = list(head)
    bare = {entry.line for entry in _read(sample, plain.reader(), LeftOut())}

    def score(name: str) -> tuple[int, int]:
        left_out = LeftOut()
        found = _read(sample, READERS[name](None), left_out)
        return sum(1 for entry in found if name != "adblock" or entry.line not in bare), -left_out.total

    return max(READERS, key=score)


def _read(lines: Iterable[str], read: Reader, left_out: LeftOut) -> Iterator[Entry]:
    for number, line in enumerate(lines, 1):
        if number > MAX_LINES:
            raise BadInput("more than {most} lines", line=number, most=MAX_LINES)
        if len(line) > MAX_LINE:
            left_out.add(Problem(number, Message("line over {most} characters", most=MAX_LINE)))
            continue
        text = line.rstrip()  # leading white space has a meaning in zone text
        if not text:
            continue
        try:
            for name, exact, answer, signal, embedded, excepts in read(text):
                yield new_entry((name, exact, number, answer, signal, embedded, excepts))
        except NotForDns as beyond:  # a name of its own: compiled, a variable has one type
            left_out.add(Problem(number, beyond.message, "beyond-dns"))
        except (Unusable, BadName) as error:
            left_out.add(Problem(number, error.message))


def _refuse_markup(head: Iterable[str]) -> None:
    first = next((line.strip() for line in head if line.strip()), "")
    if first[:10].lower().startswith(_MARKUP):
        raise BadInput("a web page, not a list", line=1)
