"""A small site for the control room: a configuration file, its lists, its state; and the compiler's output for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from sm_dns.builder.process import compile_generation
from sm_dns.generation.directory import Generation, open_generation

NOON = 1786334400.0  # Monday 2026-08-10, 12:00 in Kuala Lumpur: denied until 13:00
CONFIG = """\
listen: ["127.0.0.1:5335"]
upstreams: ["192.0.2.1"]
schedules: {default: {}}
groups: [{name: hq, clients: [10.0.0.0/8]}]
"""


@dataclass
class Site:
    """A configuration that can be compiled in this process."""

    config: Path

    @property
    def state(self) -> Path:
        return self.config.parent / "var"

    @property
    def zones(self) -> Path:
        return self.config.parent / "zones"

    def list(self, category: str, *names: str) -> Path:
        """Write the site's own list of a category."""
        self.zones.mkdir(exist_ok=True)
        path = self.zones / f"{category}.txt"
        path.write_text("".join(f"{name}\n" for name in names))
        return path

    def compile(self, now: float = NOON) -> Generation:
        """Compile what the files say."""
        return open_generation(compile_generation(self.config, now))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    config = tmp_path / "sm-dns.yaml"
    config.write_text(CONFIG)
    return Site(config)
