from collections.abc import Callable

from sm_dns.monitor.counters import Table
from sm_dns.serve.clients import rate_limit
from sm_dns.serve.clients.rate_limit import Client, Known

_Keeper = Callable[[tuple[rate_limit.Table, rate_limit.Table], bytes, int, float], Known | None]

class Drain:
    peers: dict[bytes, Client]
    hits: int
    undelivered: int
    def __init__(self, fd: int, note: Callable[[Exception], None], known: _Keeper) -> None: ...
    def receive(self) -> int: ...
    def answer(
        self, now: float, counts: Table, opt: bytes, udp_size: int
    ) -> list[tuple[bytes, bytes, int, bool]]: ...
