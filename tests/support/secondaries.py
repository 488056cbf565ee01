"""Many secondaries in one process that speak the real protocol: NOTIFY, SOA, IXFR or AXFR, signed with TSIG.

`python -m tests.support.secondaries JSON` prints a line of JSON for each that has taken a serial.
"""

from __future__ import annotations

import asyncio
import json
import struct
import sys
import time
from dataclasses import asdict, dataclass
from typing import cast

from sm_dns.dns.names import from_text
from sm_dns.feeds.wire.messages import AXFR, IXFR
from sm_dns.feeds.wire.requests import NOTIFY, read_name, read_request
from sm_dns.feeds.wire.tsig import Key, Signer
from sm_dns.feeds.zones.records import SOA

SECRET = bytes(range(32))
KEY = Key(from_text("smdns-key"), SECRET)


@dataclass(frozen=True)
class Many:
    """How many, at which port, of which primary, and whether they begin by taking the whole zone `zone`."""

    count: int
    port: int
    primary: int
    zone: str
    at_once: bool


def address(number: int) -> str:
    """That of one of them."""
    return f"127.1.{number >> 8}.{number & 255}"


def question(zone: bytes, qtype: int, serial: int | None) -> bytes:
    """A signed question; with a serial it is for what changed since."""
    authority = b""
    if serial is not None:
        data = b"\0\0" + struct.pack("!5I", serial, 1, 1, 1, 1)
        authority = b"\xc0\x0c" + struct.pack("!HHIH", SOA, 1, 0, len(data)) + data
    header = struct.pack("!6H", 7, 0, 1, 0, 1 if authority else 0, 0)
    return Signer(KEY).sign(header + zone + struct.pack("!HH", qtype, 1) + authority, time.time())


def serial_of(message: bytes) -> int:
    """The serial of the SOA that an answer begins with."""
    _, at = read_name(message, 12)
    _, at = read_name(message, at + 4)
    at += 10
    for _ in range(2):
        _, at = read_name(message, at)
    serial: int = struct.unpack_from("!I", message, at)[0]
    return serial


class One(asyncio.DatagramProtocol):
    """One secondary of one zone."""

    def __init__(self, many: Many, number: int) -> None:
        self._many = many
        self._address = address(number)
        self._zone = from_text(many.zone)
        self._serial = 0
        self._taking: asyncio.Task[None] | None = None
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        if self._many.at_once:
            self.take()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self._transport is not None
        if data[2] >> 3 & 15 == NOTIFY and not data[2] & 0x80:
            if read_request(data).qname == self._zone:
                self._transport.sendto(data[:2] + b"\xa4\x00" + data[4:], addr)
                self._transport.sendto(question(self._zone, SOA, None), ("127.0.0.1", self._many.primary))
        elif data[6:8] != b"\0\0" and serial_of(data) != self._serial:
            self.take()

    def take(self) -> None:
        if self._taking is None or self._taking.done():
            self._taking = asyncio.get_running_loop().create_task(self._take())

    async def _take(self) -> None:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self._many.primary, local_addr=(self._address, 0)
        )
        asked = question(self._zone, IXFR if self._serial else AXFR, self._serial or None)
        writer.write(len(asked).to_bytes(2) + asked)
        first, octets, closing = 0, 0, False
        while not closing:
            length = int.from_bytes(await reader.readexactly(2))
            message = await reader.readexactly(length)
            octets += length
            if not first:
                first = serial_of(message)
                closing = self._serial != 0  # what changed is in one message
            else:
                closing = struct.unpack_from("!H", message, 6)[0] == 1 and b"\x00\x06\x00\x01" in message[:80]
        writer.close()
        self._serial = first
        print(json.dumps([self._address, first, time.time(), octets]), flush=True)


async def run(many: Many) -> None:
    """Be all of them until killed."""
    loop = asyncio.get_running_loop()
    for number in range(1, many.count + 1):
        await loop.create_datagram_endpoint(
            lambda number=number: One(many, number),  # type: ignore[misc]
            local_addr=(address(number), many.port),
        )
    print(json.dumps("there"), flush=True)
    await asyncio.Event().wait()


def as_text(many: Many) -> str:
    """The argument of the process."""
    return json.dumps(asdict(many))


if __name__ == "__main__":
    asyncio.run(run(Many(**json.loads(sys.argv[1]))))
