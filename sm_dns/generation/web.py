"""What the dashboard's process needs to know, as plain values of `service.json`."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class WebPlan:
    """plain, encrypted: addresses and ports, without and with TLS; paths are absolute; times are seconds.

    hosts: names besides addresses under which a browser may ask; metrics: networks that need no token for /metrics.
    """

    plain: list[list[str | int]] = field(default_factory=list)
    encrypted: list[list[str | int]] = field(default_factory=list)
    certificate: str | None = None
    key: str | None = None
    hosts: list[str] = field(default_factory=list)
    metrics: list[str] = field(default_factory=list)
    language: str = "ms"
    session_idle: int = 1800
    session_longest: int = 43_200

    @property
    def is_on(self) -> bool:
        """Whether there is anything to listen on."""
        return bool(self.plain or self.encrypted)
