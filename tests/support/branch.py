"""`python -m tests.support.branch SERVER PORT NAME`: a branch behind NAT, which is one address to the server.

Some of it keeps connections open, some of it floods, and one host asks what it needs to know, as a stub resolver
asks: over UDP, over TCP where the answer is cut, twice. Prints how many of its `PROBES` questions were answered.
"""

from __future__ import annotations

import multiprocessing
import socket
import sys
import time
from multiprocessing.synchronize import Event

from tests.support.messages import query

Server = tuple[str, int]

CONNECTIONS = 300
FLOOD = 2_000  # questions a second: four times what a client may ask
WARM_SECONDS = 3.0  # until the budget is spent
PROBES = 200
TRIES = 2
SECONDS = 2.0  # of one try
_TURN = 0.01
_TC = 0x02  # in the third octet


def main() -> int:
    """Keep connections, flood, ask."""
    server, asked = (sys.argv[1], int(sys.argv[2])), query(sys.argv[3])
    kept = [socket.create_connection(server, SECONDS) for _ in range(CONNECTIONS)]
    stop = multiprocessing.Event()
    flooder = multiprocessing.Process(target=flood, args=(server, asked, stop), daemon=True)
    flooder.start()
    try:
        time.sleep(WARM_SECONDS)
        print(sum(is_answered(server, asked) for _ in range(PROBES)))
    finally:
        stop.set()
        flooder.join()
    for connection in kept:
        connection.close()
    return 0


def flood(server: Server, asked: bytes, stop: Event) -> None:
    """Ask the same again and again, `FLOOD` times a second, and listen to nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        due = time.monotonic()
        while not stop.is_set():
            due += _TURN
            for _ in range(int(FLOOD * _TURN)):
                try:
                    sock.sendto(asked, server)
                except BlockingIOError:
                    break
            time.sleep(max(due - time.monotonic(), 0))


def is_answered(server: Server, asked: bytes) -> bool:
    """Ask as a stub resolver does."""
    return any(_by_udp(server, asked) for _ in range(TRIES))


def _by_udp(server: Server, asked: bytes) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(SECONDS)
        sock.connect(server)
        try:
            sock.send(asked)
            reply = sock.recv(4_096)
        except OSError:
            return False
    return _by_tcp(server, asked) if reply[2] & _TC else reply[3] & 0xF == 0


def _by_tcp(server: Server, asked: bytes) -> bool:
    try:
        with socket.create_connection(server, SECONDS) as sock, sock.makefile("rb") as reader:
            sock.sendall(len(asked).to_bytes(2, "big") + asked)
            length = int.from_bytes(reader.read(2), "big")
            reply = reader.read(length)
    except OSError:
        return False
    return len(reply) > 3 and reply[3] & 0xF == 0


if __name__ == "__main__":
    sys.exit(main())
