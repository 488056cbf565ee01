"""A real little upstream that answers right, or lies in the way the first label of the name asks for.

Most lies are followed by the truth, so that a resolver that drops what does not fit has an answer in the end.
"""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise

import dns.flags
import dns.message

from tests.support.messages import response
from tests.support.processes import one_port

TRUTH, LIE = "192.0.2.80", "192.0.2.66"
SLOW_SECONDS = 0.6


def truth(asked: bytes, ttl: int = 60) -> bytes:
    return response(asked, f"{_name(asked)} {ttl} IN A {TRUTH}")


def lie(asked: bytes) -> bytes:
    return response(asked, f"{_name(asked)} 60 IN A {LIE}")


def _name(asked: bytes) -> str:
    return dns.message.from_wire(asked).question[0].name.to_text()


def _kind(asked: bytes) -> str:
    return _name(asked).split(".")[0].lower()


def _wrong_id(asked: bytes) -> list[bytes]:
    other = ((asked[0] ^ 0x55).to_bytes(1, "big")) + asked[1:2]
    return [other + lie(asked)[2:], truth(asked)]


def _wrong_question(asked: bytes) -> list[bytes]:
    reply = bytearray(lie(asked))
    reply[13] ^= 1
    return [bytes(reply), truth(asked)]


def _wrong_case(asked: bytes) -> list[bytes]:
    reply = bytearray(lie(asked))
    reply[13] ^= 0x20
    return [bytes(reply), truth(asked)]


def _truncated(asked: bytes) -> list[bytes]:
    return [response(asked, flags=dns.flags.TC)]


def _loop(asked: bytes) -> list[bytes]:
    return [response(asked, f"{_name(asked)} 60 IN CNAME {_name(asked)}"), truth(asked)]


def _long(asked: bytes) -> list[bytes]:
    names = [_name(asked), *(f"c{count}.example." for count in range(40))]
    chain = [f"{one} 60 IN CNAME {two}" for one, two in pairwise(names)]
    return [response(asked, *chain, f"{names[-1]} 60 IN A {LIE}"), truth(asked)]


def _strays(asked: bytes) -> list[bytes]:
    stray = f"facebook.com. 60 IN A {LIE}"
    return [response(asked, f"{_name(asked)} 60 IN A {TRUTH}", stray, additional=[stray])]


def _compressed(asked: bytes) -> list[bytes]:
    """A record whose owner points at itself."""
    reply = bytearray(lie(asked))
    at = reply.index(b"\xc0\x0c")
    reply[at : at + 2] = (0xC000 | at).to_bytes(2, "big")
    return [bytes(reply), truth(asked)]


def _endless(asked: bytes) -> list[bytes]:
    """A TTL of 2^31 and more."""
    reply = bytearray(truth(asked))
    at = reply.index(b"\0\0\0\x3c\0\4")
    reply[at : at + 4] = b"\xff\xff\xff\xff"
    return [bytes(reply)]


def _oversize(asked: bytes) -> list[bytes]:
    many = [f"{_name(asked)} 60 IN A 10.9.{count >> 8}.{count & 255}" for count in range(400)]
    return [response(asked, *many)]


def _private(asked: bytes) -> list[bytes]:
    """An address of the inside."""
    return [response(asked, f"{_name(asked)} 60 IN A 10.9.0.1")]


LIES: dict[str, Callable[[bytes], list[bytes]]] = {
    "wrong-id": _wrong_id,
    "wrong-question": _wrong_question,
    "wrong-case": _wrong_case,
    "truncated": _truncated,
    "loop": _loop,
    "long": _long,
    "strays": _strays,
    "junk": lambda asked: [truth(asked) + b"junk"],
    "compressed": _compressed,
    "endless": _endless,
    "oversize": _oversize,
    "dead": lambda asked: [],
    "servfail": lambda asked: [response(asked, rcode="SERVFAIL")],
    "no-soa": lambda asked: [response(asked, rcode="NXDOMAIN")],
    "garbage": lambda asked: [b"", b"\0", asked[:2] + b"\xff" * 40, asked, truth(asked)],
}

# What may be true, and is odd from an upstream.
ODD: dict[str, Callable[[bytes], list[bytes]]] = {"private": _private}


class LyingUpstream:
    """UDP and TCP on one port of an address, in a thread of its own."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.udp, self.tcp = one_port(address)
        self.address, self.port = self.udp.getsockname()[:2]
        self.asked: list[bytes] = []
        self.sources: list[int] = []
        self.over_tcp = 0
        self.is_silent = False
        """Takes queries and answers none while this is set."""
        self._stop, self._stopped = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.send(b"x")
        self._thread.join()
        for sock in (self.udp, self.tcp, self._stop, self._stopped):
            sock.close()

    def _serve(self) -> None:
        with selectors.DefaultSelector() as selector:
            for sock in (self.udp, self.tcp, self._stopped):
                selector.register(sock, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._stopped:
                        return
                    if key.fileobj is self.udp:
                        self._answer_datagram()
                    else:
                        # In a thread of its own: who connects may be answered by datagram first, and say no more.
                        connection, _ = self.tcp.accept()
                        threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _answer_datagram(self) -> None:
        asked, client = self.udp.recvfrom(4096)
        self.asked.append(asked)
        self.sources.append(client[1])
        if self.is_silent:
            return
        kind = _kind(asked)
        if kind == "other-port":
            with socket.socket(self.udp.family, socket.SOCK_DGRAM) as other:
                other.bind((self.address, 0))
                other.sendto(lie(asked), client)
            time.sleep(0.05)
        if kind == "slow":
            timer = threading.Timer(SLOW_SECONDS, self._send_late, (truth(asked), client))
            timer.daemon = True
            timer.start()
            return
        tell = LIES.get(kind) or ODD.get(kind)
        for reply in tell(asked) if tell else [truth(asked)]:
            self.udp.sendto(reply, client)

    def _send_late(self, reply: bytes, client: tuple[str, int]) -> None:
        try:
            self.udp.sendto(reply, client)
        except OSError:
            pass  # the test is over

    def _converse(self, connection: socket.socket) -> None:
        with suppress(OSError):  # whoever asked may have gone
            self._answer_stream(connection)

    def _answer_stream(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as reader:
            connection.settimeout(10)
            asked = reader.read(int.from_bytes(reader.read(2), "big"))
            if not asked:
                return  # answered over UDP meanwhile
            self.over_tcp += 1
            reply = _oversize(asked)[0] if _kind(asked) == "truncated" else truth(asked)
            connection.sendall(len(reply).to_bytes(2, "big") + reply)


@contextmanager
def lying_upstream(address: str = "127.0.0.1") -> Iterator[LyingUpstream]:
    """A lying upstream for the length of a block."""
    upstream = LyingUpstream(address)
    try:
        yield upstream
    finally:
        upstream.close()


def dead_port() -> int:
    """A port of 127.0.0.1 where nothing listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
