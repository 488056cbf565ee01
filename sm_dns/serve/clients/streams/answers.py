"""How a message on a connection is answered: by the packet cache where it may be, else by the pipeline.

The packet cache is that of datagrams, with the same keys: nothing but a usual question is looked for there, whose
answer has no option of the way it goes. Addresses turn by a draw, for an ID on a connection is mostly the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import monotonic

from sm_dns.dns.client_options import with_option
from sm_dns.dns.codes import Rcode
from sm_dns.dns.random_bytes import RandomBytes
from sm_dns.dns.records import opt_record, padding_option
from sm_dns.dns.scan import Edns, Ignored, Malformed, Question, Unsupported, scan
from sm_dns.resolve.over_limit import over_limit_reply, trace_over_limit
from sm_dns.resolve.pipeline import broken_reply, fault_reply, handle_question
from sm_dns.resolve.query import Deliver
from sm_dns.resolve.replies.reply import STREAM_LIMIT, Reply, Transport
from sm_dns.serve.clients.cache_entry import NO_TABLE, NO_TABLES
from sm_dns.serve.clients.cache_key import CacheKey, normalised_key, quick_key
from sm_dns.serve.clients.rate_limit import Client
from sm_dns.serve.clients.streams.connection import Connection
from sm_dns.serve.clients.streams.connections import Admission, Streams

PADDING_BLOCK = 468  # octets of which an encrypted reply's length is a multiple (RFC 8467 §4.1)

Options = Callable[[Edns, int], bytes]
"""What a way of asking adds to a reply of so many octets."""


class StreamAnswers:
    """Answers what comes on the connections of one listener."""

    def __init__(self, streams: Streams, options: Options) -> None:
        self.queries = 0
        self.replayed = 0
        """Queries whose reply the packet cache had."""
        shared = streams.shared
        self._admission: Admission = streams.admission
        self._resolver = shared.resolver
        self._packet_cache = shared.packet_cache
        self._counters = shared.counters
        self._clock = shared.clock
        self._random_bytes = RandomBytes()
        self._drawn = 0
        self._transport = Transport(_stream_limit, options, self._turn)
        self._opt_size = 0
        self._opt = b""

    def ask(self, connection: Connection, message: bytes, deliver: Deliver) -> Reply | None:
        """Answer a connection's message; None where `deliver` will be called with the reply.

        Raises `Ignored` for what deserves silence.
        """
        self.queries += 1
        try:
            return self._answer(connection, message, deliver)
        except Ignored:
            raise
        except Exception as error:
            reply = fault_reply(self._resolver, message, self._transport, error)
            if reply is None:
                raise Ignored from error
            return reply

    def _answer(self, connection: Connection, message: bytes, deliver: Deliver) -> Reply | None:
        forwarders = self._admission.forwarders
        tells = forwarders.tells(connection.address)
        if connection.behind and not (
            tells and tells.proxy
        ):  # a reload took away the trust in who named that one
            raise Ignored
        if tells is None:
            return self._answer_client(connection, self._client_of(connection), message, deliver)
        through = connection.address if connection.behind else ""
        asked = forwarders.open_message(message, connection.behind or connection.address, through)
        told = partial(_deliver_told, asked.answer, deliver)
        reply = self._answer_client(connection, self._unknown(asked.asker), asked.message, told)
        return None if reply is None else _telling(asked.answer, reply)

    def _client_of(self, connection: Connection) -> Client:
        """Who asks on a connection for itself, as the packet cache's tables and its budget are now."""
        client = connection.client
        if client is None or connection.epoch != self._packet_cache.epoch:
            host = connection.address
            traced = self._resolver.traces(host)
            tables = NO_TABLES if traced else self._packet_cache.tables(self._resolver.classify(host))
            client = connection.client = Client(host, tables, self._admission.rate.budget(host, monotonic()))
            connection.epoch = self._packet_cache.epoch
        return client

    def _unknown(self, who: str) -> Client:
        """Who asks through a forwarder (`policy.clients.asker`): nothing is replayed to it here."""
        return Client(who, NO_TABLES, self._admission.rate.budget(who, monotonic()))

    def _answer_client(
        self, connection: Connection, client: Client, message: bytes, deliver: Deliver
    ) -> Reply | None:
        """Answer who asks on a connection."""
        now = self._clock.now()
        if not self._admission.rate.allows(client.budget, monotonic()):
            trace_over_limit(self._resolver, message, client.address, Rcode.REFUSED, now)
            return over_limit_reply(message, self._transport, self._resolver.settings.udp_size)
        asked = None if client.table is NO_TABLE else quick_key(message)
        if asked is not None:
            reply = self._replay(client, asked, message, now)
            if reply is not None:
                return reply
        try:
            question = scan(message)
        except (Malformed, Unsupported) as broken:
            return broken_reply(self._resolver, broken)
        late = partial(_deliver, connection, deliver)
        reply = handle_question(self._resolver, question, client.address, now, self._transport, late)
        if reply is None:
            connection.in_flight += 1
        elif asked is not None and (reply.valid_until > now or reply.source is not None):
            self._remember(client, asked, message, question, reply)
        return reply

    def _replay(self, client: Client, asked: CacheKey, message: bytes, now: float) -> Reply | None:
        """What the packet cache has, which is counted now."""
        size = self._resolver.settings.udp_size
        if size != self._opt_size:
            self._opt_size, self._opt = size, opt_record(size, 0, False)
        draw = self._random_bytes.take(1)[0]
        reply = self._packet_cache.replay(client.tables, asked, message, STREAM_LIMIT, self._opt, now, draw)
        if reply is not None:
            self.replayed += 1
            if reply.counter_id is not None:
                self._counters.count(client.address, reply.counter_id, now)
        return reply

    def _remember(
        self, client: Client, asked: CacheKey, message: bytes, question: Question, reply: Reply
    ) -> None:
        """Keep a reply for who asks so again, where the question is what it looked like and has nothing behind it."""
        read = None if question.excess else normalised_key(message, question)
        if read is not None and read.key == asked.key:
            self._packet_cache.remember(client.tables, asked.key, question, reply, self._drawn)

    def _turn(self, question: Question) -> int:
        """A draw: the ID of a question on a connection is mostly the same each time, 0 over HTTPS (RFC 8484 §4.1)."""
        self._drawn = self._random_bytes.take(1)[0]
        return self._drawn


def padding(edns: Edns, size: int) -> bytes:
    """The option that pads a reply of so many octets, to who pads."""
    if not edns.pads:
        return b""
    option = padding_option(size, PADDING_BLOCK)
    return option if size + len(option) <= STREAM_LIMIT else b""


def _deliver(connection: Connection, deliver: Deliver, reply: Reply, now: float) -> None:
    connection.in_flight -= 1
    deliver(reply, now)


def _deliver_told(option: bytes, deliver: Deliver, reply: Reply, now: float) -> None:
    deliver(_telling(option, reply), now)


def _telling(option: bytes, reply: Reply) -> Reply:
    """A reply that holds the option its forwarder asked for, where one more finds room."""
    if not option or len(reply.wire) + len(option) > STREAM_LIMIT:
        return reply
    return reply._replace(wire=with_option(reply.wire, option))


def _stream_limit(question: Question) -> int:
    return STREAM_LIMIT
