"""How long each page takes over a large store: the visit that is a process's first, and later ones.

    python -m tests.bench.pages STORE [AT]

STORE is a file of `tests.bench.usage_store`; AT the local time that is rehearsed, the store's last days without it.
The bars: 100 ms and 60 kB a page, from the first visit of a new process on.
"""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from sm_dns.state.dashboard_accounts import ADMIN, User
from sm_dns.web.auth.accounts import Accounts
from sm_dns.web.auth.passwords import hash_new
from sm_dns.web.auth.recovery import digest, new_codes
from sm_dns.web.auth.totp import new_secret
from sm_dns.web.registry import PAGES
from tests.support.changes import put
from tests.support.processes import eventually, free_port
from tests.support.server import House

BAR_SECONDS, BAR_BYTES = 0.1, 60_000
LATER_VISITS = 15
LAST_DAYS = "2026-06-29T12:00:00"
PASSWORD = "cukup-panjang-ini"
_CODES = [code for _ in range(20) for code in new_codes()]  # one a login
PATHS = (*(page.path for page in PAGES), "/usage?first=2026-06-01&last=2026-06-30")


class Visited(NamedTuple):
    """One page: octets, and seconds of its first and of later visits. Whether the first showed all that it has."""

    path: str
    octets: int
    first: float
    later: list[float]
    whole: bool

    @property
    def kept(self) -> bool:
        """Whether the bars are kept; of later visits the median is what counts."""
        return self.octets <= BAR_BYTES and max(self.first, statistics.median(self.later)) <= BAR_SECONDS


class Visitor:
    """Somebody who is logged in, on a connection of their own for each page, as after a pause."""

    def __init__(self, port: int) -> None:
        self._port = port
        form = urlencode({"name": "officer1", "password": PASSWORD, "recovery": _CODES.pop()})
        origin = f"http://127.0.0.1:{port}"
        kind = "application/x-www-form-urlencoded"
        _, _, answer = self._send("POST", "/login", form, {"Origin": origin, "Content-Type": kind})
        self._cookie = answer["set-cookie"].partition(";")[0]

    def get(self, path: str) -> tuple[float, str]:
        """Seconds that a page took, and the page."""
        took, body, _ = self._send("GET", path, None, {"Cookie": self._cookie})
        return took, body

    def _send(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[float, str, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        began = time.perf_counter()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        took = time.perf_counter() - began
        connection.close()
        assert answer.status < 400, (path, text)
        return took, text, answer.headers


@contextmanager
def served(store: Path, at: str) -> Iterator[tuple[House, int]]:
    """A service on a copy of a store, its dashboard new, and its port. Nothing is asked upstream."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), ["127.0.0.1:9"])
        kept = house.directory / "usage.db"
        shutil.copy(store, kept)
        port = free_port()
        house.write(
            f'web: {{listen: ["127.0.0.1:{port}"], metrics: []}}',
            f'monitoring: {{store: "{kept}", base: 1500}}',
        )
        codes = tuple(map(digest, _CODES))
        user = User("officer1", ADMIN, "", hash_new(PASSWORD), new_secret(), recovery=codes)
        put(Accounts(house.state).with_user(user))
        try:
            house.start("--at", at)
            eventually(lambda: house.status()["web"]["listening"], "the dashboard listens")
            yield house, port
        finally:
            house.close()


def visits(house: House, port: int, path: str) -> Visited:
    """A page of a dashboard that was killed and began anew just for it."""
    before = house.status()["web"]["pid"]
    os.kill(before, signal.SIGKILL)
    eventually(
        lambda: house.status()["web"]["pid"] not in (None, before) and house.status()["web"]["listening"],
        "another dashboard",
    )
    visitor = Visitor(port)
    first, page = visitor.get(path)
    whole = "sedang dikira" not in page
    eventually(lambda: "sedang dikira" not in visitor.get(path)[1], "the figures")
    later = [visitor.get(path) for _ in range(LATER_VISITS)]
    return Visited(
        path, max(len(page.encode()) for _, page in later), first, [took for took, _ in later], whole
    )


def main(store: Path, at: str = LAST_DAYS) -> bool:
    """Print a line a page; whether all of them kept the bars."""
    every = True
    print(f"{'first':>8} {'median':>8} {'slowest':>8} {'kB':>6}  page")
    with served(store, at) as (house, port):
        for path in PATHS:
            seen = visits(house, port, path)
            first, median, slowest = seen.first, statistics.median(seen.later), max(seen.later)
            note = "" if seen.whole else "  (at first: being computed)"
            times = " ".join(f"{1000 * each:8.1f}" for each in (first, median, slowest))
            print(f"{times} {seen.octets / 1000:6.1f}  {path}{note}", flush=True)
            every = every and seen.kept
    return every


if __name__ == "__main__":
    sys.exit(not main(Path(sys.argv[1]), *sys.argv[2:]))
