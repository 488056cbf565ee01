"""What people give as a reason, or as who decided: one line, for the audit and the status tell it in one."""

from __future__ import annotations

from sm_dns.util.errors import BadInput

MAX_WORDS = 500  # characters


def one_line(text: str) -> str:
    """What a person wrote, as it was. Raises `BadInput` for more than a line, and for what paints on a terminal."""
    if len(text) > MAX_WORDS or not text.isprintable():
        raise BadInput("write one line of at most {most} characters", most=MAX_WORDS)
    return text
