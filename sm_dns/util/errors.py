"""The one error that people cause and people mend: bad input, with the place and the reason."""

from __future__ import annotations

from pathlib import Path


class BadInput(Exception):
    """Input that cannot be used. Prints as `FILE:LINE: reason`; the command line exits with 2 on it."""

    def __init__(self, reason: str, *, file: Path | str | None = None, line: int | None = None) -> None:
        self.reason = reason
        self.file = None if file is None else str(file)
        self.line = line
        super().__init__(reason)

    def __str__(self) -> str:
        if self.file is None:
            return self.reason
        if self.line is None:
            return f"{self.file}: {self.reason}"
        return f"{self.file}:{self.line}: {self.reason}"


def told(error: OSError) -> str:
    """What the system refused, for a person: `FILE: reason`, or the reason alone where it is about no file."""
    if error.filename is None:
        return error.strerror or str(error)
    return f"{error.filename}: {error.strerror or error}"
