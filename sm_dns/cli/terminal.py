"""Text as it goes to a terminal."""

from __future__ import annotations


def duration(seconds: int) -> str:
    """Seconds in words."""
    hours, rest = divmod(seconds, 3600)
    return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min {rest % 60} s"


def printable(text: object) -> str:
    """Text with control characters escaped: what others wrote must not paint on the reader's terminal."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in str(text))
