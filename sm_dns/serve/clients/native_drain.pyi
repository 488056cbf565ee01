from collections.abc import Callable

from sm_dns.monitor.counters import Table
from sm_dns.serve.clients.cache_entry import Entry, Tables
from sm_dns.serve.clients.rate_limit import Client

_Find = Callable[[Tables, bytes, int, float], Entry | None]

class Drain:
    clients: dict[bytes, Client]
    replayed: int
    undelivered: int
    def __init__(
        self,
        fd: int,
        note: Callable[[Exception], None],
        find: _Find,
        batch: int,
        max_datagram: int,
        max_reply: int,
        usual_opt: bytes,
        pktinfo: tuple[int, int, int] | None = None,
    ) -> None: ...
    def receive(self) -> int: ...
    def answer(
        self, now: float, counts: Table, opt: bytes, udp_size: int
    ) -> list[tuple[bytes, bytes, int, bool, bytes]]: ...
