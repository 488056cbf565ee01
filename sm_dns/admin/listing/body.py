"""The body of a list that others publish, gone through: what is taken, what is left out."""

from __future__ import annotations

from collections.abc import Iterator

import idna

from sm_dns.admin.listing.never_close import NeverClose
from sm_dns.admin.listing.registry_suffixes import registry_suffixes
from sm_dns.dns.names import to_text
from sm_dns.lists.encoding import octet_lines, refuse_utf16
from sm_dns.lists.entry import Entry
from sm_dns.lists.formats.left_out import LeftOut, Problem
from sm_dns.lists.formats.parser import entries, main_format
from sm_dns.lists.list_read import MAX_EXAMPLES, ListRead
from sm_dns.util.message import Message


class Body:
    """One list as it came. `format` is one of `parser.FORMATS`; `open_names` stay open whatever it says."""

    def __init__(self, content: bytes, format: str, open_names: NeverClose) -> None:
        self.left_out = LeftOut()
        self.names = self.exceptions = self.good_lines = 0
        self._examples: list[str] = []
        self._content = content
        self._format = format
        self._open_names = open_names

    def main_format(self) -> str:
        """The format of most lines. Raises `BadInput` for a web page and for UTF-16."""
        refuse_utf16(self._content)
        return main_format(self._lines(), self._format)

    def entries(self) -> Iterator[Entry]:
        """The entries that may rule, one by one; what else there is in the body is told at their end.

        Names that a whole country or registry stands on are unusable, whoever lists them. Raises `BadInput` as
        `parser.parse` does, and for UTF-16.
        """
        refuse_utf16(self._content)
        suffixes, open_names, add = registry_suffixes(), self._open_names, self.left_out.add
        above, tail, tails = suffixes.above, open_names.tail, open_names.tails
        names = exceptions = good_lines = last_line = 0
        for entry in entries(self._lines(), self._format, self.left_out, to_ascii):
            name, exact, line, *_, excepts = entry
            if excepts is not None:
                exceptions += 1
            elif name[1 + name[0] :] in above and name in suffixes:
                add(Problem(line, Message("{text} is a public suffix", text=to_text(name))))
                continue
            else:
                reason = open_names.why(name, exact) if name[-tail:] in tails else None
                if reason is not None:
                    text = to_text(name)
                    said = Message("{name} stays open: {why}", name=text, why=reason)
                    add(Problem(line, said, "stays-open"))
                    self._examples += [f"{text} ({reason})"] if len(self._examples) < MAX_EXAMPLES else []
                    continue
                names += 1
            good_lines += line != last_line
            last_line = line
            yield entry
        self.names, self.exceptions, self.good_lines = names, exceptions, good_lines

    def read(self, name: str) -> ListRead:
        """What there was in it, after its entries. `name`: what a `Tag` calls the list."""
        left_out = self.left_out
        return ListRead(
            name,
            self.names,
            self.exceptions,
            left_out.unusable,
            left_out.beyond_dns,
            left_out.stays_open,
            tuple(self._examples),
        )

    def _lines(self) -> Iterator[str]:
        """The lines, one by one; octets that are no UTF-8 make a line that cannot be used."""
        return (line.decode("utf-8", "replace") for line in octet_lines(self._content))


def to_ascii(text: str) -> str:
    """The A-labels of an internationalised name. Raises `ValueError`."""
    return idna.encode(text, uts46=True).decode("ascii")
