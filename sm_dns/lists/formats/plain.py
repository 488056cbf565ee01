"""Our own format, which any list of bare names is too: `NAME`, `full:NAME`, attributes, `#` comments."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.lists.entry import ANSWERS
from sm_dns.lists.formats.rule import Reader, Rule, ToAscii, Unusable, new_rule, read_name, read_suffix

_FLAGS = frozenset({"signal", "embedded"})
_NO_ATTRIBUTES: tuple[str | None, set[str]] = None, set()


def reader(to_ascii: ToAscii | None = None) -> Reader:
    """`NAME` is that name and everything below, `full:NAME` that name only.

    Attributes follow after a space: `@signal`, `@embedded`, or the answer to give (`@nxdomain`, `@nodata`,
    `@refused`, `@sinkhole`). A leading `*.` or `.` means the same as none.
    """

    def read(text: str) -> Iterable[Rule]:
        words = text.partition("#")[0].split()
        if not words or words[0][0] == "!":
            return ()
        answer, flags = _attributes(words[1:]) if len(words) > 1 else _NO_ATTRIBUTES
        bare = words[0].removeprefix("full:")
        exact = bare is not words[0]
        name = read_name(bare, to_ascii) if exact else read_suffix(bare, to_ascii)
        return (new_rule((name, exact, answer, "signal" in flags, "embedded" in flags, None)),)

    return read


def _attributes(words: list[str]) -> tuple[str | None, set[str]]:
    """The answer to give, if any, and which of `_FLAGS` are set."""
    answer: str | None = None
    flags: set[str] = set()
    for word in words:
        attribute = word.removeprefix("@")
        if attribute is word:
            raise Unusable("unexpected word {word!r} after the name", word=word)
        if attribute in _FLAGS:
            flags.add(attribute)
        elif attribute not in ANSWERS:
            raise Unusable("unknown attribute {word!r}", word=word)
        elif answer is not None:
            raise Unusable("two answers for one name")
        else:
            answer = attribute
    return answer, flags
