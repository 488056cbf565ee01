"""Upstreams that are slow, old, odd or lying: each a behaviour with a name, on UDP and TCP of a port of its own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from threading import Thread
from typing import cast

import dns.edns
import dns.flags
import dns.message
import dns.rcode

from sm_dns.dns.names import from_text
from tests.support.messages import response
from tests.support.processes import one_port

TRUTH = "192.0.2.80"
ZONE = "hostile.example"


def truth(asked: bytes) -> bytes:
    return response(asked, f"{name_of(asked)} 60 IN A {TRUTH}")


def name_of(asked: bytes) -> str:
    return dns.message.from_wire(asked).question[0].name.to_text()


def has_edns(asked: bytes) -> bool:
    return dns.message.from_wire(asked).edns == 0


def bare(asked: bytes, rcode: int) -> bytes:
    """An error that is a header and nothing else."""
    return asked[:2] + bytes([0x80 | asked[2] & 1, 0x80 | rcode]) + bytes(8)


class Behaviour:
    """The right answer, at once, over UDP and TCP. `is_right`: whether a client's answer is as good as can be."""

    has_tcp = True
    answers_a_connection = 1_000

    def __init__(self) -> None:
        self.count = 0

    async def datagrams(self, asked: bytes) -> list[bytes]:
        return [truth(asked)]

    async def stream(self, asked: bytes) -> list[bytes]:
        return await self.datagrams(asked)

    def is_right(self, reply: dns.message.Message) -> bool:
        addresses = [item.to_text() for rrset in reply.answer if rrset.rdtype == 1 for item in rrset]
        return reply.rcode() == dns.rcode.NOERROR and TRUTH in addresses


class Right(Behaviour):
    pass


class Slow(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        await asyncio.sleep(2.2)
        return [truth(asked)]


class FormerrToEdns(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        return [response(asked, rcode="FORMERR") if has_edns(asked) else truth(asked)]


class NotimpToEdns(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        return [response(asked, rcode="NOTIMP") if has_edns(asked) else truth(asked)]


class BareFormerrToEdns(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        return [bare(asked, 1) if has_edns(asked) else truth(asked)]


class SilentToEdns(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        return [] if has_edns(asked) else [truth(asked)]


class Truncated(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        return [response(asked, flags=dns.flags.TC)]

    async def stream(self, asked: bytes) -> list[bytes]:
        return [truth(asked)]


class TruncatedOneAConnection(Truncated):
    answers_a_connection = 1


class TruncatedWithoutTcp(Truncated):
    has_tcp = False


class LosesFirst(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        self.count += 1
        return [truth(asked)] if self.count % 2 == 0 else []


class LosesCase(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        return [truth(asked[:12] + asked[12:].lower())]


class LiesFirst(Behaviour):
    """An ID that was guessed wrong, another question, and then the truth."""

    async def datagrams(self, asked: bytes) -> list[bytes]:
        lie = bytearray(truth(asked))
        lie[-1] = 66
        other = bytearray(lie)
        other[13] ^= 1
        return [bytes([lie[0] ^ 0x55]) + bytes(lie[1:]), bytes(other), truth(asked)]


class Servfail(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        return [response(asked, rcode="SERVFAIL")]


class BareServfail(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        return [bare(asked, 2)]


class Refused(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        return [response(asked, rcode="REFUSED")]


class Silent(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        return []


class AliasToItself(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        return [response(asked, f"{name_of(asked)} 60 IN CNAME {name_of(asked)}")]


class Loop(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        other = f"other.{name_of(asked)}"
        return [
            response(asked, f"{name_of(asked)} 60 IN CNAME {other}", f"{other} 60 IN CNAME {name_of(asked)}")
        ]


class Chain(Behaviour):
    """The whole chain in one answer; who asks for a link of it gets the rest."""

    links = 8

    async def datagrams(self, asked: bytes) -> list[bytes]:
        label, _, zone = name_of(asked).partition(".")
        first = int(label[1:]) + 1 if label[0].lower() == "c" else 0
        names = [name_of(asked), *(f"c{number}.{zone}" for number in range(first, self.links))]
        aliases = [f"{one} 60 IN CNAME {two}" for one, two in pairwise(names)]
        return [response(asked, *aliases, f"{names[-1]} 60 IN A {TRUTH}")]


class LongChain(Chain):
    links = 16


class AliasTwice(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        label, _, zone = name_of(asked).partition(".")
        if label.lower() == "target":
            return [truth(asked)]
        alone = response(asked, f"{name_of(asked)} 60 IN CNAME target.{zone}")
        start = 12 + len(from_text(name_of(asked))) + 4
        alias_end = start + 12 + int.from_bytes(alone[start + 10 : start + 12], "big")
        alias = alone[start:alias_end]
        target = from_text(f"target.{zone}")
        address = target + bytes.fromhex("00010001 0000003c 0004") + socket.inet_aton(TRUTH)
        counts = bytes.fromhex("0001 0003 0000 0000")
        return [alone[:4] + counts + alone[12:start] + alias + alias + address]


class RecordTwice(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        whole = bytearray(truth(asked))
        start = 12 + len(from_text(name_of(asked))) + 4
        doubled = bytearray(whole[: start + 16] + whole[start:])
        doubled[7] += 1
        return [bytes(doubled)]


class AnswersTwice(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        return [truth(asked), truth(asked)]


class MissingWithoutSoa(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        return [response(asked, rcode="NXDOMAIN")]

    def is_right(self, reply: dns.message.Message) -> bool:
        return reply.rcode() == dns.rcode.NXDOMAIN


class TellsMore(Behaviour):
    """Options that nobody asked for beside the answer."""

    async def datagrams(self, asked: bytes) -> list[bytes]:
        reply = dns.message.from_wire(truth(asked))
        options = [
            dns.edns.GenericOption(dns.edns.OptionType.COOKIE, b"x" * 20),
            dns.edns.EDEOption(dns.edns.EDECode(3), "old"),
        ]
        reply.use_edns(0, options=options)
        return [reply.to_wire()]


Converse = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]]

BEHAVIOURS: dict[str, type[Behaviour]] = {
    "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__).strip("-"): kind
    for kind in (
        Right, Slow, FormerrToEdns, NotimpToEdns, BareFormerrToEdns, SilentToEdns, Truncated, TruncatedOneAConnection,
        TruncatedWithoutTcp, LosesFirst, LosesCase, LiesFirst, Servfail, BareServfail, Refused, Silent, AliasToItself,
        Loop, Chain, LongChain, AliasTwice, RecordTwice, AnswersTwice, MissingWithoutSoa, TellsMore,
    )
}  # fmt: skip
"""Every behaviour by its name, which is the label below `ZONE` that leads to it."""


class Upstreams:
    """All behaviours, each at 127.0.0.1 and a port of its own, on a loop in a thread. `ports` is by name."""

    def __init__(self, behaviours: Mapping[str, type[Behaviour]]) -> None:
        self.ports: dict[str, int] = {}
        self._opened: list[asyncio.BaseTransport | asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        for name, kind in behaviours.items():
            future = asyncio.run_coroutine_threadsafe(self._open(kind()), self._loop)
            self.ports[name] = future.result(30)

    def routes(self) -> dict[str, list[str]]:
        """Each behaviour by the domain that leads to it, as `routes` of a configuration."""
        return {f"{name}.{ZONE}": [f"127.0.0.1:{port}"] for name, port in self.ports.items()}

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        for each in self._opened:
            each.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _open(self, behaviour: Behaviour) -> int:
        udp, tcp = one_port("127.0.0.1")
        port = int(udp.getsockname()[1])
        transport, _ = await self._loop.create_datagram_endpoint(
            lambda: _Datagrams(self._loop, behaviour), sock=udp
        )
        self._opened.append(transport)
        if behaviour.has_tcp:
            self._opened.append(await asyncio.start_server(_conversation(behaviour), sock=tcp))
        else:
            tcp.close()
        return port


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, loop: asyncio.AbstractEventLoop, behaviour: Behaviour) -> None:
        self._loop = loop
        self._behaviour = behaviour
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        task = self._loop.create_task(self._answer(data, addr))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, asked: bytes, client: tuple[str, int]) -> None:
        for reply in await self._behaviour.datagrams(asked):
            self._transport.sendto(reply, client)


def _conversation(behaviour: Behaviour) -> Converse:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for _ in range(behaviour.answers_a_connection):
                asked = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
                for reply in await behaviour.stream(asked):
                    writer.write(len(reply).to_bytes(2, "big") + reply)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    return converse


@contextmanager
def hostile_upstreams(behaviours: Mapping[str, type[Behaviour]] = BEHAVIOURS) -> Iterator[Upstreams]:
    """All of them for the length of a block."""
    made = Upstreams(behaviours)
    try:
        yield made
    finally:
        made.close()
