"""Frames of the talk between members: a header of JSON, read strictly, and octets behind it; both of bounded
length."""

from __future__ import annotations

import asyncio
import os
import ssl
import struct
from typing import Generic, TypeVar

from sm_dns.fleet.bundles.bundle import MAX_MANIFEST_BYTES
from sm_dns.ipc.messages import Messages
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, message

MAX_HEADER = 1 << 20  # octets
MAX_BODY = MAX_MANIFEST_BYTES  # octets: a manifest, or a part of a file
SEND_SECONDS = 60.0  # after which who takes nothing is given up: 256 KiB at 1 Mbit/s are two
_LENGTHS = struct.Struct(">II")
_HIGH_WATER = 512 << 10  # octets that wait to be sent

S = TypeVar("S")
R = TypeVar("R")


class Gone(Exception):
    """The other end is not there any more, or says what no member says; `message` tells it to a person."""

    def __init__(self, said: str | Message, /, **values: object) -> None:
        self.message = message(said, values)
        super().__init__(str(self.message))


def refusal(error: OSError) -> Message:
    """What became of a connection, without the address, which is told beside it; asyncio often says nothing."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Message("its key is not one that this server knows")
    return Message(os.strerror(error.errno)) if error.errno else Message("it ended the connection")


class Wire(Generic[S, R]):
    """One connection: messages of `S` go out, of `R` come in."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        out: Messages[S],
        into: Messages[R],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._out = out
        self._into = into
        self._turn = asyncio.Lock()
        writer.transport.set_write_buffer_limits(high=_HIGH_WATER)

    @property
    def certificate(self) -> bytes:
        """That of the other end in DER; b"" where it showed none."""
        tls = self._writer.get_extra_info("ssl_object")
        return (tls.getpeercert(binary_form=True) or b"") if tls is not None else b""

    @property
    def address(self) -> str:
        """Where the other end is."""
        peer = self._writer.get_extra_info("peername")
        return str(peer[0]) if peer else ""

    async def send(self, message: S, body: bytes = b"") -> None:
        """Send a message. Raises `Gone`."""
        header = self._out.line(message)
        assert len(header) <= MAX_HEADER and len(body) <= MAX_BODY, "what is sent is bounded where it is made"
        try:
            async with self._turn, asyncio.timeout(SEND_SECONDS):
                self._writer.write(_LENGTHS.pack(len(header), len(body)) + header + body)
                await self._writer.drain()
        except TimeoutError as error:
            raise Gone("it takes nothing any more") from error
        except OSError as error:
            raise Gone(refusal(error)) from error

    async def receive(self, seconds: float) -> tuple[R, bytes]:
        """The next message; it must come within so many seconds. Raises `Gone`."""
        try:
            async with asyncio.timeout(seconds):
                header, body = _LENGTHS.unpack(await self._reader.readexactly(_LENGTHS.size))
                if header > MAX_HEADER or body > MAX_BODY:
                    raise Gone("it says too much at once")
                line = await self._reader.readexactly(header)
                octets = await self._reader.readexactly(body)
        except TimeoutError as error:
            raise Gone("it says nothing any more") from error
        except OSError as error:
            raise Gone(refusal(error)) from error
        except asyncio.IncompleteReadError as error:
            raise Gone("it ended the connection") from error
        try:
            return self._into.read(line), octets
        except BadInput as error:
            raise Gone("it says what this version does not know: {reason}", reason=error) from error

    def close(self) -> None:
        """End it."""
        self._writer.close()
