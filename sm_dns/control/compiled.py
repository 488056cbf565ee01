"""`service.json`: what a compiled generation tells the control process."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from sm_dns.errors import BadInput

SERVICE_FILE = "service.json"


@dataclass(frozen=True)
class Service:
    """What the control process knows of a configuration. Paths are absolute; `lists` maps a list to its seconds."""

    listen: list[tuple[str, int]]
    workers: int
    state_dir: str
    watched: list[str]
    lists: dict[str, int]
    findings: list[dict[str, str]]
    default_schedule: str
    log_level: str


def write_service(directory: Path, service: Service) -> None:
    """Add the control process's part to a generation."""
    text = json.dumps(asdict(service), ensure_ascii=False) + "\n"
    (directory / SERVICE_FILE).write_text(text, encoding="utf-8")


def read_service(directory: Path) -> Service:
    """The control process's part of a generation. Raises `BadInput` when it is missing or damaged."""
    path = directory / SERVICE_FILE
    try:
        found = json.loads(path.read_bytes())
        return Service(**{**found, "listen": [(address, port) for address, port in found["listen"]]})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadInput(f"not a generation: {error}", file=path) from error
