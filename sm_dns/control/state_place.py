"""Where a running server may have its state directory, though its configuration cannot be read just now."""

from __future__ import annotations

import re
from pathlib import Path

from sm_dns.control.settings import default_state_dir

_LINE = re.compile(r"""^state_dir:\s*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s#"'][^\n#]*))""", re.MULTILINE)


def possible_state_dirs(config: Path) -> list[Path]:
    """The directory that the file names on a line of its own, as far as it can be told, and the default one."""
    folder = config.absolute().parent
    found = _LINE.search(_text(config))
    named = [] if found is None else [next(filter(None, found.groups())).strip()]
    return [(folder / place).resolve() for place in (*named, default_state_dir(config.absolute()))]


def _text(config: Path) -> str:
    try:
        return config.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
