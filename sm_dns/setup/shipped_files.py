"""Where the configuration that ships is."""

from __future__ import annotations

from pathlib import Path

import sm_dns
from sm_dns.util.errors import BadInput

CONFIG = "sm-dns.yaml"


def shipped_config() -> Path:
    """The folder of the configuration that ships: in the installed package, or beside it in a checkout."""
    package = Path(sm_dns.__file__).parent
    for folder in (package / "config", package.parent / "config"):
        if (folder / CONFIG).is_file():
            return folder
    raise BadInput("the shipped configuration is missing: install sm-dns again", file=package / "config")
