"""Where a server has its state directory, also while its configuration cannot be read."""

from __future__ import annotations

import os
import re
from pathlib import Path

PACKAGED_STATE = "/var/lib/sm-dns"
SHIPPED_STATE = "../var"  # as config/sm-dns.yaml names it

_LINE = re.compile(r"""^state_dir:\s*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s#"'][^\n#]*))""", re.MULTILINE)


def possible_state_dirs(config: Path) -> list[Path]:
    """The directory that the file names on a line of its own, as far as it can be told; that of the service manager
    (systemd.exec(5), StateDirectory=); the default one; and where the file is gone, that of the one that ships."""
    folder = config.absolute().parent
    text = _text(config)
    found = _LINE.search(text or "")
    named = [] if found is None else [next(filter(None, found.groups())).strip()]
    given = filter(None, os.environ.get("STATE_DIRECTORY", "").split(":"))
    shipped = [SHIPPED_STATE] if text is None else []
    places = (*named, *given, default_state_dir(config.absolute()), *shipped)
    return list(dict.fromkeys((folder / place).resolve() for place in places))


def default_state_dir(file: Path) -> str:
    """The state directory of a configuration that names none, as that file would write it."""
    return PACKAGED_STATE if file.is_relative_to("/etc") else "var"


def _text(config: Path) -> str | None:
    try:
        return config.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
