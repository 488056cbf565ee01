"""DNS over HTTPS (RFC 8484): GET and POST over HTTP/2, one question a stream; needs the extra `doh`.

`Session` is the protocol without a socket: octets in, octets out, whatever the octets are. Other versions of HTTP
get 505. Bounded: streams, header and body, resets, what waits for a client that opens no window, idle seconds.
"""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable, Iterable
from functools import partial

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, Event, RequestReceived, StreamEnded, StreamReset
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings

from sm_dns.dns.codes import HEADER, Type
from sm_dns.dns.scan import Ignored
from sm_dns.dns.walk import BadAnswer, read_name, read_records
from sm_dns.resolve.query import Deliver
from sm_dns.resolve.replies.reply import Reply
from sm_dns.serve.clients.streams.answers import StreamAnswers, padding
from sm_dns.serve.clients.streams.connection import MAX_UNREAD, Connection, Speaker
from sm_dns.serve.clients.streams.connections import ConnectionListener, Streams
from sm_dns.serve.clients.tls import HTTP2, ServerTls

MAX_STREAMS = 64  # requests of one connection that are open at once
MAX_HEADERS = 16_384  # octets of a request's header fields
MAX_BODY = 65_535  # octets of a DNS message
# Streams that a client may open and give up before the connection ends (rapid reset).
MAX_RESETS = 256
IDLE_SECONDS = 10.0  # without a whole question

_TYPE = b"application/dns-message"
# Letters of plain base64 that base64url does not have become ones that nothing has.
_FROM_BASE64URL = bytes.maketrans(b"-_+/=", b"+/!!!")
_WRONG_VERSION = b"HTTP/1.1 505 HTTP Version Not Supported\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

# What we send are fields of ours, in the form that they must have: that need not be looked at each time.
_SERVER = H2Configuration(
    client_side=False,
    header_encoding=None,
    validate_outbound_headers=False,
    normalize_outbound_headers=False,
)

Ask = Callable[[bytes, Deliver], Reply | None]


class DohListener(ConnectionListener):
    """All connections of one DoH socket; `path` is where questions are taken."""

    def __init__(self, sock: socket.socket, streams: Streams, tls: ServerTls) -> None:
        super().__init__(sock, streams, tls)
        self.answers = StreamAnswers(streams, padding)
        self.path = ""

    def speaker(self, connection: Connection) -> Speaker | None:
        """Who speaks HTTP/2 until the client closes, idles or errs."""
        if connection.protocol == HTTP2:
            return HttpConversation(self, connection)
        connection.send(_WRONG_VERSION)
        connection.close()
        return None


class HttpConversation:
    """One client's requests and responses."""

    def __init__(self, listener: DohListener, connection: Connection) -> None:
        self._listener = listener
        self._connection = connection
        ask = partial(listener.answers.ask, connection)
        self._session = Session(listener.path, ask, connection.send)
        self._asked = 0
        connection.expect(IDLE_SECONDS)

    def received(self, data: bytes) -> None:
        """Octets of HTTP/2."""
        session = self._session
        session.receive(data)
        if session.asked != self._asked:
            self._asked = session.asked
            self._listener.asks(self._connection)
            self._connection.expect(IDLE_SECONDS)
        if session.closed:
            self._connection.close()

    def half_closed(self) -> None:
        """The client has no more to say."""
        self._connection.close()

    def timed_out(self) -> None:
        """No whole question came."""
        self._session.end()
        self._connection.close()


class Request:
    """What a stream has said so far. `error` is the HTTP status that it gets instead of an answer."""

    __slots__ = ("body", "error", "is_post")

    def __init__(self, headers: dict[bytes, bytes], path: str) -> None:
        target, _, query = headers.get(b":path", b"").partition(b"?")
        method = headers.get(b":method", b"")
        media = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        self.is_post = method == b"POST"
        self.body = b""
        self.error = 0
        if target != path.encode("ascii"):
            self.error = 404
        elif method not in (b"GET", b"POST"):
            self.error = 405
        elif self.is_post and media != _TYPE:
            self.error = 415
        elif not self.is_post:
            self._read_query(query)

    def add(self, data: bytes) -> None:
        """Take a part of the body."""
        if self.is_post and not self.error:
            self.body += data
            if len(self.body) > MAX_BODY:
                self.error = 413
                self.body = b""

    def _read_query(self, query: bytes) -> None:
        """The message in `dns=`, base64url without padding (RFC 8484 §6)."""
        parts = (part.partition(b"=") for part in query.split(b"&"))
        try:
            (value,) = [value for key, _, value in parts if key == b"dns"]
            padding = b"=" * (-len(value) % 4)
            self.body = base64.b64decode(value.translate(_FROM_BASE64URL) + padding, validate=True)
        except ValueError:
            self.error = 400


class Session:
    """The server's side of one HTTP/2 connection. `ask` puts a message to the pipeline, `send` sends octets."""

    def __init__(self, path: str, ask: Ask, send: Callable[[bytes], None]) -> None:
        self.closed = False
        self.asked = 0
        self._path = path
        self._ask = ask
        self._send = send
        self._requests: dict[int, Request] = {}
        self._unsent: dict[int, bytes] = {}
        self._in_flight = 0
        self._resets = 0
        self._http = H2Connection(_SERVER)
        self._http.local_settings = Settings(
            client=False,
            initial_values={
                SettingCodes.MAX_CONCURRENT_STREAMS: MAX_STREAMS,
                SettingCodes.MAX_HEADER_LIST_SIZE: MAX_HEADERS,
            },
        )
        self._http.decoder.max_header_list_size = MAX_HEADERS
        self._http.initiate_connection()
        self._flush()

    def receive(self, data: bytes) -> None:
        """Take octets of the client. What is no HTTP/2 ends the session; nothing is raised."""
        try:
            for event in self._http.receive_data(data):
                self._handle(event)
            for stream in list(self._unsent):
                self._push(stream)
        except ProtocolError:
            self.closed = True
        self._flush()

    def end(self, reason: ErrorCodes = ErrorCodes.NO_ERROR) -> None:
        """Tell the client that no more questions are taken (GOAWAY)."""
        if not self.closed:
            self.closed = True
            self._http.close_connection(reason)
            self._flush()

    def _handle(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            self._requests[event.stream_id] = Request(dict(event.headers), self._path)
        elif isinstance(event, DataReceived):
            self._http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            self._requests[event.stream_id].add(event.data)
        elif isinstance(event, StreamEnded):
            self._answer(event.stream_id, self._requests.pop(event.stream_id))
        elif isinstance(event, StreamReset):
            self._give_up(event.stream_id)

    def _give_up(self, stream: int) -> None:
        self._requests.pop(stream, None)
        self._unsent.pop(stream, None)
        self._resets += 1
        if self._resets > MAX_RESETS:
            self.end(ErrorCodes.ENHANCE_YOUR_CALM)

    def _answer(self, stream: int, request: Request) -> None:
        if request.error:
            self._respond(stream, request.error)
            return
        if self._in_flight >= MAX_STREAMS:
            # Questions of streams that were given up still wait for their answers.
            self._respond(stream, 429)
            return
        try:
            reply = self._ask(request.body, partial(self._deliver, stream))
        except Ignored:
            self._respond(stream, 400)
            return
        self.asked += 1
        if reply is None:
            self._in_flight += 1
        else:
            self._reply(stream, reply)

    def _deliver(self, stream: int, reply: Reply, now: float) -> None:
        """A reply that had to wait for an upstream."""
        self._in_flight -= 1
        if not self.closed:
            self._reply(stream, reply)
            self._flush()

    def _reply(self, stream: int, reply: Reply) -> None:
        length, seconds = len(reply.wire), freshness(reply.wire)
        headers = [
            (b"content-type", _TYPE),
            (b"content-length", b"%d" % length),
            (b"cache-control", b"max-age=%d" % seconds),
        ]
        self._respond(stream, 200, headers, reply.wire)

    def _respond(
        self, stream: int, status: int, headers: Iterable[tuple[bytes, bytes]] = (), body: bytes = b""
    ) -> None:
        extra = [(b"allow", b"GET, POST")] if status == 405 else []
        fields = [(b":status", b"%d" % status), *headers, *extra]
        try:
            self._http.send_headers(stream, fields, end_stream=not body)
            if body:
                self._unsent[stream] = body
                self._push(stream)
        except ProtocolError:  # the client has given this stream up
            self._unsent.pop(stream, None)

    def _push(self, stream: int) -> None:
        """Send as much of a reply as the client's windows let through."""
        body = self._unsent[stream]
        while body:
            room = min(self._http.local_flow_control_window(stream), self._http.max_outbound_frame_size)
            if room <= 0:
                self._unsent[stream] = body
                return
            self._http.send_data(stream, body[:room], end_stream=len(body) <= room)
            body = body[room:]
        del self._unsent[stream]

    def _flush(self) -> None:
        self._send(self._http.data_to_send())
        if sum(map(len, self._unsent.values())) > MAX_UNREAD:
            self.closed = True


def freshness(reply: bytes) -> int:
    """For how many seconds a reply may be cached: the smallest TTL of the answer; of an empty one the SOA's TTL and
    MINIMUM (RFC 8484 §5.1, RFC 2308 §5)."""
    counts = [int.from_bytes(reply[at : at + 2], "big") for at in (4, 6, 8)]
    if counts[0] != 1:
        return 0
    try:
        qname, at = read_name(reply, HEADER)
        records, at = read_records(reply, at + 4, counts[1], qname)
        authority, _ = read_records(reply, at, counts[2], qname)
    except BadAnswer:  # more records than anybody needs
        return 0
    if records:
        return min(record.ttl for record in records)
    lives = [
        min(record.ttl, int.from_bytes(reply[record.end - 4 : record.end], "big"))
        for record in authority
        if record.rtype == Type.SOA
    ]
    return min(lives, default=0)
