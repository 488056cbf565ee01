"""`python -m tests.bench.flood`: how many of a normal client's queries are answered while another floods (T10).

A real server, an upstream and the flooder each in a process of its own. The flooder asks for names nobody has asked
for before; first of a zone whose servers are dead, then of one that says that there is no such name. Loopback has no
budget of queries, so nothing but the bounds on open questions protects the normal client: the worst case.
"""

from __future__ import annotations

import multiprocessing
import os
import secrets
import socket
import sys
import tempfile
import time
from multiprocessing.synchronize import Event
from pathlib import Path

from tests.support.load import Load, answers
from tests.support.lying import TRUTH, LyingUpstream
from tests.support.messages import query
from tests.support.server import House

SECONDS = float(os.environ.get("FLOOD_SECONDS", "20"))  # of each flood
RATE = int(os.environ.get("FLOOD_RATE", "3000"))  # queries a second that the flooder sends
NORMAL_RATE = 100.0
BAR = 0.95
FLOODER = "127.0.0.66"
FLOODS = {"of names that nobody answers": "dead", "of names that do not exist": "no-soa"}
_PER_TURN = 0.01  # seconds between volleys


def flood(port: int, kind: str, rate: int, stop: Event) -> None:
    """Ask for random names, so many a second, until told to stop."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((FLOODER, 0))
        sock.setblocking(False)
        due = time.monotonic()
        while not stop.is_set():
            due += _PER_TURN
            for _ in range(int(rate * _PER_TURN)):
                try:
                    sock.sendto(query(f"{kind}.{secrets.token_hex(8)}.example"), ("127.0.0.1", port))
                except BlockingIOError:
                    break
            time.sleep(max(due - time.monotonic(), 0))


def upstream(port: multiprocessing.Queue[int], stop: Event) -> None:
    """The upstream of all, until told to stop."""
    one = LyingUpstream()
    port.put(one.port)
    stop.wait()
    one.close()


def measure(house: House, kind: str) -> Load:
    """What became of a normal client's queries during one flood."""
    stop = multiprocessing.Event()
    flooder = multiprocessing.Process(target=flood, args=(house.port, kind, RATE, stop), daemon=True)
    questions = [(f"n{number}.{kind}-beside.example", answers(TRUTH)) for number in range(20_000)]
    flooder.start()
    try:
        time.sleep(1.0)
        with Load(("127.0.0.1", house.port), questions, rate=NORMAL_RATE) as load:
            time.sleep(SECONDS)
    finally:
        stop.set()
        flooder.join(5)
    return load


def main() -> int:
    """Print the figures; 0 where the bar is kept under every flood."""
    stop = multiprocessing.Event()
    ports: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(target=upstream, args=(ports, stop), daemon=True)
    server.start()
    shares = []
    with tempfile.TemporaryDirectory() as directory:
        house = House(Path(directory), [f"127.0.0.1:{ports.get(timeout=20)}"])
        try:
            house.start()
            for words, kind in FLOODS.items():
                before, began = house.status()["workers"][0]["queries_udp"], time.monotonic()
                load = measure(house, kind)
                flooded = house.status()["workers"][0]["queries_udp"] - before - load.sent
                rate = flooded / (time.monotonic() - began)
                shares.append((load.sent - load.lost - len(load.wrong)) / load.sent)
                print(
                    f"a flood of {rate:.0f} queries a second {words}: a normal client had"
                    f" {shares[-1]:.1%} of {load.sent} answered, the slowest after {load.slowest:.2f} s",
                    flush=True,
                )
        finally:
            house.close()
            stop.set()
            server.join(5)
    return 0 if min(shares) >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
