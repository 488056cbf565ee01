"""The one error that people cause and people mend: bad input, with the place and the reason."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sm_dns.util.message import Message, message


class BadInput(Exception):
    """Input that cannot be used. Prints as `FILE:LINE: reason`; the command line exits with 2 on it."""

    def __init__(
        self,
        reason: str | Message,
        /,
        *,
        file: Path | str | None = None,
        line: int | None = None,
        **values: object,
    ) -> None:
        self.reason = message(reason, values)
        self.file = None if file is None else str(file)
        self.line = line
        super().__init__(str(self.reason))

    @property
    def message(self) -> Message:
        """The reason behind the place that it is about."""
        if self.file is None:
            return self.reason
        if self.line is None:
            return Message("{file}: {reason}", file=self.file, reason=self.reason)
        return Message("{file}:{line}: {reason}", file=self.file, line=self.line, reason=self.reason)

    def __str__(self) -> str:
        return str(self.message)


@contextmanager
def about(field: str) -> Iterator[None]:
    """Have a `BadInput` that is raised within say which field it is about: an option of a command goes by the name of
    the field that a page and the interface have."""
    try:
        yield
    except BadInput as error:
        named = Message(field)  # what it is called where a page says it
        raise BadInput("{field}: {reason}", field=named, reason=error.message) from error


class Spoken(Exception):
    """An error with a message. It is put into words only when somebody asks: a list may have a million bad lines."""

    def __init__(self, said: str | Message, /, **values: object) -> None:
        self.message = message(said, values)
        super().__init__(said)

    def __str__(self) -> str:
        return str(self.message)


class Wrong(Spoken, ValueError):
    """A value that does not fit, said where only `ValueError` is understood: by a parser, a validator of settings."""
