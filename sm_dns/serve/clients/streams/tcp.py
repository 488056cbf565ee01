"""DNS over TCP and TLS: messages with a length before them, many to a connection, answered as they are ready.

RFC 7766, RFC 7858. Beside the bounds of every connection: questions in flight on one, and idle seconds.
"""

from __future__ import annotations

import socket
from typing import Final

from sm_dns.dns.proxy_header import FIXED, SIGNATURE, BadHeader, read_header, rest_size
from sm_dns.dns.records import keepalive_option
from sm_dns.dns.scan import Edns, Ignored
from sm_dns.resolve.replies.reply import Reply
from sm_dns.serve.clients.streams.answers import StreamAnswers, padding
from sm_dns.serve.clients.streams.connection import Connection, Speaker
from sm_dns.serve.clients.streams.connections import ConnectionListener, Streams
from sm_dns.serve.clients.tls import ServerTls
from sm_dns.serve.clients.trusted_forwarders import client_of

MAX_IN_FLIGHT = 64  # questions of one connection that wait for an answer
IDLE_SECONDS = 10.0  # RFC 7766 §6.2.3: "on the order of a few seconds"

_LENGTH: Final = 2  # octets before a message


class StreamListener(ConnectionListener):
    """All connections of one TCP or DoT socket."""

    def __init__(self, sock: socket.socket, streams: Streams, tls: ServerTls | None = None) -> None:
        super().__init__(sock, streams, tls)
        self.answers = StreamAnswers(streams, self._options)

    def speaker(self, connection: Connection) -> Speaker | None:
        """Whoever answers what comes until the client closes, idles or errs; what was asked is still answered."""
        return Conversation(self, connection)

    def may_name_another(self, connection: Connection) -> bool:
        """Whether the connection may begin with the header of the PROXY protocol."""
        tells = self._admission.forwarders.tells(connection.address)
        return tells is not None and tells.proxy

    def _options(self, edns: Edns, size: int) -> bytes:
        """How long this connection may idle (RFC 7828 §3.2.2); in TLS padding to who pads (RFC 7830 §4)."""
        keepalive = keepalive_option(IDLE_SECONDS) if edns.keeps_alive else b""
        return keepalive + (padding(edns, size + len(keepalive)) if self.is_encrypted else b"")


class Conversation:
    """One client's questions and answers."""

    def __init__(self, listener: StreamListener, connection: Connection) -> None:
        self._listener = listener
        self._answers = listener.answers
        self._connection = connection
        self._unread = b""
        self._may_name_another = listener.may_name_another(connection)
        self._is_over = False
        """No more questions are taken; what was asked is waited for."""
        connection.expect(IDLE_SECONDS)

    def received(self, data: bytes) -> None:
        """Octets of questions. Raises `Ignored` where the connection is to end."""
        self._unread = self._unread + data if self._unread else data
        if self._may_name_another and not self._has_begun():
            return
        self._answer()

    def half_closed(self) -> None:
        """The client has no more to say: what is in flight is still answered."""
        self._end()

    def timed_out(self) -> None:
        """No whole question came, or no answer to those in flight: the latter are waited for as long once more."""
        if self._is_over or self._connection.in_flight >= MAX_IN_FLIGHT:
            self._connection.close()
        else:
            self._end()

    def deliver(self, reply: Reply, now: float) -> None:
        """A reply that had to wait for an upstream."""
        connection = self._connection
        if connection.is_closing:
            return
        connection.send(_framed(reply))
        if self._is_over:
            if not connection.in_flight:
                connection.close()
            return
        try:
            self._answer()
        except Ignored:
            connection.close()

    def _has_begun(self) -> bool:
        """Whether the header of the PROXY protocol is read, or not there; it is taken up. Raises `Ignored` where it
        cannot be read."""
        begun = self._unread
        if begun.startswith(SIGNATURE[: len(begun)]):
            if len(begun) < FIXED:
                return False
            try:
                size = FIXED + rest_size(begun[:FIXED])
                if len(begun) < size:
                    return False
                header = read_header(begun[:size])
            except BadHeader:
                raise Ignored from None
            self._connection.behind = client_of(header.source)
            self._unread = begun[size:]
        self._may_name_another = False
        return True

    def _answer(self) -> None:
        """Answer the whole messages that came, as far as questions may be in flight, in one word."""
        connection = self._connection
        unread = self._unread
        at = 0
        said: list[bytes] = []
        try:
            while connection.in_flight < MAX_IN_FLIGHT:
                begin = at + _LENGTH
                if begin > len(unread):
                    break
                end = begin + (unread[at] << 8 | unread[at + 1])
                if end > len(unread):
                    break
                at = end
                if begin == end:
                    self._end()
                    break
                reply = self._answers.ask(connection, unread[begin:end], self.deliver)
                if reply is not None:
                    said.append(_framed(reply))
        finally:
            if at:
                self._unread = unread[at:]
                self._listener.asks(connection)
            connection.send(b"".join(said))
        if not self._is_over:
            if at:
                connection.expect(IDLE_SECONDS)
            connection.read_on(connection.in_flight < MAX_IN_FLIGHT)

    def _end(self) -> None:
        """Take no more questions, and end once those in flight are answered."""
        self._is_over = True
        self._connection.read_on(False)
        if self._connection.in_flight:
            self._connection.expect(IDLE_SECONDS)
        else:
            self._connection.close()


def _framed(reply: Reply) -> bytes:
    return len(reply.wire).to_bytes(_LENGTH, "big") + reply.wire
