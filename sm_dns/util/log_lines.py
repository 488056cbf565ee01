"""What our processes say on standard error, in a form that suits whoever reads it.

Standard library only: every process begins with it.
"""

from __future__ import annotations

import logging
import os
import sys

_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
_DEBUG = 7


class _JournalFormatter(logging.Formatter):
    """A priority before each line, also of a traceback (sd-daemon(3)): so `journalctl -p err` finds the errors."""

    def format(self, record: logging.LogRecord) -> str:
        priority = next((number for level, number in _PRIORITIES if record.levelno >= level), _DEBUG)
        return "\n".join(f"<{priority}>{line}" for line in super().format(record).splitlines())


def log_to_stderr() -> None:
    """Have warnings and worse written to standard error, from here on."""
    handler = logging.StreamHandler(sys.stderr)
    form = _JournalFormatter() if _is_journal() else logging.Formatter("%(levelname)s: %(message)s")
    handler.setFormatter(form)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def _is_journal() -> bool:
    """Whether standard error goes to the journal itself, and not somewhere else since (systemd.exec(5))."""
    named = os.environ.get("JOURNAL_STREAM", "")
    try:
        ours = os.fstat(sys.stderr.fileno())
    except (OSError, ValueError):
        return False
    return named == f"{ours.st_dev}:{ours.st_ino}"
