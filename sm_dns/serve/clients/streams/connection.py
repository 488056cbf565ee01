"""One client's open connection: its socket, plain or in TLS, read and written in the rounds of the drain.

No task and no turn of the event loop for a question: what came is handed to whoever speaks on the connection, and
what is said is sent at once, as much as the kernel takes. Bounded: seconds of a handshake, of silence and of the
end, and octets that a client leaves unread.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from sm_dns.dns.scan import Ignored
from sm_dns.serve.clients.rate_limit import Client
from sm_dns.serve.clients.tls import ServerTls

MAX_UNREAD = 256 * 1024  # octets queued for a client that does not read
HANDSHAKE_SECONDS = 5.0
CLOSE_SECONDS = 2.0  # for the last octets to leave
READ_SIZE: Final = (
    16_384  # octets taken in a round: a record of TLS at most, so that none is left behind in it
)

_NOT_NOW: Final = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Rounds(Protocol):
    """Calls back when a socket is ready: `serve.event_loop.DrainSelector`."""

    def drain(self, sock: socket.socket, callback: Callable[[], None], /) -> None: ...

    def heed(self, sock: socket.socket, *, reads: bool, writes: bool) -> None: ...

    def forget(self, sock: socket.socket, /) -> None: ...


class Speaker(Protocol):
    """What is spoken on a connection."""

    def received(self, data: bytes) -> None:
        """Octets came. Raises `Ignored` where the connection is to end."""

    def half_closed(self) -> None:
        """The client has no more to say."""

    def timed_out(self) -> None:
        """What was expected did not come in time."""


class Connection:
    """`in_flight` counts its questions that wait for an answer; none means idle. `behind`: whom a trusted forwarder
    named at its beginning, "" for nobody. `client`: what the packet cache may replay to who asks, as of `epoch`."""

    def __init__(
        self,
        sock: socket.socket,
        address: str,
        rounds: Rounds,
        loop: asyncio.AbstractEventLoop,
        note: Callable[[Exception], None],
        gone: Callable[[Connection], None],
    ) -> None:
        self.address = address
        self.behind = ""
        self.in_flight = 0
        self.client: Client | None = None
        self.epoch = -1
        self.is_closed = False
        self._sock = sock
        self._tls_writes = False
        self._shaken: Callable[[Connection], None] | None = None
        self._speaker: Speaker | None = None
        self._rounds = rounds
        self._loop = loop
        self._note = note
        self._gone = gone
        self._unsent: deque[bytes] = deque()
        self._unsent_size = 0
        self._is_reading = True
        self._is_closing = False
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        rounds.drain(sock, self.ready)

    @property
    def peer(self) -> object:
        """The client's socket address. Raises `OSError` where there is none any more."""
        return self._sock.getpeername()

    @property
    def is_closing(self) -> bool:
        """Whether nothing more can be sent."""
        return self.is_closed or self._is_closing

    @property
    def protocol(self) -> str | None:
        """What TLS agreed to speak (ALPN, RFC 7301)."""
        return self._sock.selected_alpn_protocol() if isinstance(self._sock, ssl.SSLSocket) else None

    def speak(self, speaker: Speaker) -> None:
        """Hand to a speaker what comes from now on."""
        self._speaker = speaker

    def begin_tls(self, tls: ServerTls, shaken: Callable[[Connection], None]) -> None:
        """Shake hands and then call `shaken`; the connection ends where that fails or takes too long, or where there
        is no certificate."""
        if tls.context is None:
            self.drop()
            return
        self._rounds.forget(self._sock)
        try:
            self._sock = tls.context.wrap_socket(self._sock, server_side=True, do_handshake_on_connect=False)
        except OSError:  # it is gone already
            self._end()
            return
        self._rounds.drain(self._sock, self.ready)
        self._shaken = shaken
        self.expect(HANDSHAKE_SECONDS)

    def expect(self, seconds: float) -> None:
        """Have the speaker told when so many seconds are over, unless more is expected by then."""
        self._deadline = self._loop.time() + seconds
        timer = self._timer
        if timer is not None and timer.when() <= self._deadline:
            return  # it looks again then: a timer for each question would cost as much as the question
        if timer is not None:
            timer.cancel()
        self._timer = self._loop.call_at(self._deadline, self._due)

    def read_on(self, reads: bool) -> None:
        """Whether what comes is taken from now on, or waits in the kernel."""
        if reads != self._is_reading and not self.is_closing:
            self._is_reading = reads
            self._heed()

    def send(self, data: bytes) -> None:
        """Send octets, those that the kernel does not take as soon as it does; a client that does not read what it
        asked for is dropped."""
        if not data or self.is_closing:
            return
        if self._unsent:
            self._keep(data)
            return
        sent = self._try(data)
        if sent < len(data) and not self.is_closed:
            self._keep(data[sent:])
            self._heed()

    def close(self) -> None:
        """Send what is queued and end it, within `CLOSE_SECONDS`."""
        if self.is_closing:
            return
        self._is_closing = True
        self._is_reading = False
        if self._unsent:
            self._heed()
            self.expect(CLOSE_SECONDS)
        else:
            self._say_goodbye()

    def drop(self) -> None:
        """End it at once."""
        if not self.is_closed:
            self._rounds.forget(self._sock)
            self._end()

    def ready(self) -> None:
        """The socket can be read or written, or is broken. Raises nothing: that is the connection's end alone."""
        try:
            self._go_on()
        except ssl.SSLWantWriteError:  # to read or to shake hands, TLS must write first
            self._tls_writes = True
            self._heed()
        except _NOT_NOW:
            return
        except OSError:
            self.drop()
        except Exception as error:
            self._note(error)
            self.drop()

    def _go_on(self) -> None:
        if self._tls_writes:
            self._tls_writes = False
            self._heed()
        if self._shaken is not None:
            self._shake()
            return
        if self._unsent:
            self._push()
        elif not self._is_reading:
            self.drop()  # called though nothing is waited for: it is broken
        if self._is_reading and not self.is_closed:
            self._read()

    def _shake(self) -> None:
        assert isinstance(self._sock, ssl.SSLSocket)
        self._sock.do_handshake()
        shaken, self._shaken = self._shaken, None
        self._heed()
        if shaken is not None:
            shaken(self)

    def _read(self) -> None:
        data = self._sock.recv(READ_SIZE)
        speaker = self._speaker
        if speaker is None:
            self.drop()
        elif data:
            try:
                speaker.received(data)
            except Ignored:
                self.close()
        else:
            self.read_on(False)
            speaker.half_closed()

    def _push(self) -> None:
        """Send of what is queued what the kernel takes."""
        unsent = self._unsent
        while unsent:
            data = unsent[0]
            sent = self._try(data)
            if self.is_closed:
                return
            self._unsent_size -= sent
            if sent < len(data):
                unsent[0] = data[sent:]
                return
            unsent.popleft()
        if self._is_closing:
            self._say_goodbye()
        else:
            self._heed()

    def _try(self, data: bytes) -> int:
        """How many octets the kernel took; TLS is given the very same ones again where it took none."""
        try:
            return self._sock.send(data)
        except _NOT_NOW:
            return 0
        except OSError:
            self.drop()
            return 0

    def _keep(self, data: bytes) -> None:
        if self._unsent_size > MAX_UNREAD:
            self.drop()
        else:
            self._unsent.append(data)
            self._unsent_size += len(data)

    def _heed(self) -> None:
        self._rounds.heed(self._sock, reads=self._is_reading, writes=self._tls_writes or bool(self._unsent))

    def _say_goodbye(self) -> None:
        """End TLS by its word (RFC 8446 §6.1), and the connection."""
        if isinstance(self._sock, ssl.SSLSocket):
            try:
                self._sock.unwrap()
            except (OSError, ValueError):
                pass  # it was said; nobody waits for the client's
        self.drop()

    def _end(self) -> None:
        self.is_closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._unsent.clear()
        self._speaker = self._shaken = None
        self._sock.close()
        self._gone(self)

    def _due(self) -> None:
        self._timer = None
        if self._loop.time() < self._deadline:
            self._timer = self._loop.call_at(self._deadline, self._due)
        elif self._shaken is not None or self._is_closing or self._speaker is None:
            self.drop()
        else:
            try:
                self._speaker.timed_out()
            except Exception as error:
                self._note(error)
                self.drop()
