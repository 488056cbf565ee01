"""The HTTP/2 side of DoH without a socket: statuses, bounds, and that no octets do harm."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dns.message
import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, DataReceived, ResponseReceived
from h2.settings import SettingCodes
from hypothesis import example, given
from hypothesis import strategies as st

from sm_dns.dns.scan import Ignored
from sm_dns.policy.snapshot import Snapshot
from sm_dns.resolve.query import Deliver
from sm_dns.resolve.replies.reply import Reply
from sm_dns.serve.clients.streams import doh
from sm_dns.serve.clients.streams.doh import Session, freshness
from tests.support.desk import STRANGER, TWO, WORK, Desk
from tests.support.messages import query, response

PATH = "/dns-query"
DENIED = query("facebook.com", id=0)
OPEN = query("www.example.com", id=0)


class Client:
    """An HTTP/2 client and the session it talks to, wire against wire."""

    def __init__(self, desk: Desk, address: str = "10.1.0.1", now: float = WORK) -> None:
        self.desk = desk
        self.http = H2Connection(H2Configuration(header_encoding="ascii"))
        self.http.initiate_connection()
        self.heard: list[object] = []
        self._from_server = bytearray()
        self._address = address
        self._now = now
        self.session = Session(PATH, self._ask, self._from_server.extend)

    def _ask(self, message: bytes, deliver: Deliver) -> Reply | None:
        reply = self.desk.put_stream(message, self._now, self._address)
        if reply is None:
            self.deliver = deliver
        return reply

    def request(self, method: str, target: str, body: bytes | None = None, media: str = "") -> int:
        """Send a request whole."""
        stream = self.http.get_next_available_stream_id()
        headers = [
            (":method", method),
            (":scheme", "https"),
            (":authority", "dns.example"),
            (":path", target),
        ]
        headers += [("content-type", media)] if media else []
        self.http.send_headers(stream, headers, end_stream=body is None)
        if body is not None:
            while len(body) > 16_000:
                self.http.send_data(stream, body[:16_000])
                body = body[16_000:]
                self.talk()
            self.http.send_data(stream, body, end_stream=True)
        self.talk()
        return stream

    def post(self, body: bytes) -> int:
        return self.request("POST", PATH, body, "application/dns-message")

    def talk(self) -> None:
        """Carry octets until both sides are quiet."""
        while data := self.http.data_to_send():
            self.session.receive(data)
            self.listen()

    def listen(self) -> None:
        data = bytes(self._from_server)
        self._from_server.clear()
        self.heard += self.http.receive_data(data)

    def headers(self, stream: int) -> dict[str, str]:
        for event in self.heard:
            if isinstance(event, ResponseReceived) and event.stream_id == stream:
                return {str(name): str(value) for name, value in event.headers}
        return {}

    def body(self, stream: int) -> bytes:
        parts = [one for one in self.heard if isinstance(one, DataReceived) and one.stream_id == stream]
        return b"".join(part.data for part in parts)

    def was_told_to_go(self) -> bool:
        return any(isinstance(event, ConnectionTerminated) for event in self.heard)


@pytest.fixture
def desk(policy: Snapshot) -> Desk:
    return Desk(policy)


def encoded(message: bytes) -> str:
    return base64.urlsafe_b64encode(message).rstrip(b"=").decode()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_get_and_post_are_answered(desk: Desk, method: str) -> None:
    client = Client(desk)
    post = method == "POST"
    stream = client.post(DENIED) if post else client.request("GET", f"{PATH}?dns={encoded(DENIED)}")
    headers = client.headers(stream)
    assert (headers[":status"], headers["content-type"]) == ("200", "application/dns-message")
    message = dns.message.from_wire(client.body(stream))
    assert message.answer[0][0].to_text() == "192.0.2.53"
    assert headers["cache-control"] == f"max-age={message.answer[0].ttl}" == "max-age=60"
    assert headers["content-length"] == str(len(client.body(stream)))


def test_an_answer_may_not_be_cached_past_the_edge(desk: Desk) -> None:
    """T11, on the way through HTTP caches too."""
    client = Client(desk, now=TWO + 12_595)
    assert client.headers(client.post(DENIED))["cache-control"] == "max-age=5"


def test_a_stranger_is_refused_as_on_udp(desk: Desk) -> None:
    """T17: the same client rules."""
    client = Client(desk, STRANGER)
    stream = client.post(DENIED)
    assert client.headers(stream)[":status"] == "200"
    assert client.headers(stream)["cache-control"] == "max-age=0"
    assert dns.message.from_wire(client.body(stream)).rcode() == 5


@pytest.mark.parametrize(
    ("method", "target", "body", "media", "status"),
    [
        ("GET", "/", None, "", "404"),
        ("GET", f"{PATH}/x?dns={encoded(DENIED)}", None, "", "404"),
        ("PUT", PATH, DENIED, "application/dns-message", "405"),
        ("HEAD", f"{PATH}?dns={encoded(DENIED)}", None, "", "405"),
        ("POST", PATH, DENIED, "application/json", "415"),
        ("POST", PATH, DENIED, "", "415"),
        ("POST", PATH, bytes(70_000), "application/dns-message", "413"),
        ("GET", PATH, None, "", "400"),
        ("GET", f"{PATH}?dns=", None, "", "400"),
        ("GET", f"{PATH}?dns={encoded(DENIED)}==", None, "", "400"),
        ("GET", f"{PATH}?dns=AA+/", None, "", "400"),
        ("GET", f"{PATH}?dns=A", None, "", "400"),
        ("GET", f"{PATH}?dns=AAAA&dns=AAAA", None, "", "400"),
        ("POST", PATH, b"short", "application/dns-message", "400"),
    ],
)
def test_what_is_no_question_gets_its_status(
    desk: Desk, method: str, target: str, body: bytes | None, media: str, status: str
) -> None:
    client = Client(desk)
    stream = client.request(method, target, body, media)
    assert client.headers(stream)[":status"] == status
    assert client.headers(client.post(DENIED))[":status"] == "200"


def test_an_upstream_is_waited_for(desk: Desk) -> None:
    client = Client(desk)
    stream = client.post(OPEN)
    assert client.headers(stream) == {}
    client.deliver(Reply(response(OPEN, "www.example.com. 300 IN A 192.0.2.80"), 0.0), 0.0)
    client.listen()
    assert client.headers(stream)["cache-control"] == "max-age=300"


def test_an_answer_to_a_stream_that_was_given_up_goes_nowhere(desk: Desk) -> None:
    client = Client(desk)
    stream = client.post(OPEN)
    client.http.reset_stream(stream)
    client.talk()
    client.deliver(Reply(response(OPEN), 0.0), 0.0)
    assert client.headers(client.post(DENIED))[":status"] == "200"


def test_streams_given_up_in_heaps_end_the_connection(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """T17: the rapid reset."""
    monkeypatch.setattr(doh, "MAX_RESETS", 5)
    client = Client(desk)
    for _ in range(6):
        client.http.reset_stream(client.post(OPEN))
        client.talk()
    assert client.session.closed
    assert client.was_told_to_go()


def test_questions_in_flight_are_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doh, "MAX_STREAMS", 2)
    client = Client(desk)
    for count in range(2):
        client.http.reset_stream(client.post(query(f"h{count}.example.com", id=0)))
        client.talk()
    assert client.headers(client.post(OPEN))[":status"] == "429"


def test_too_many_streams_or_headers_end_the_connection(desk: Desk) -> None:
    client = Client(desk)
    client.talk()
    assert client.http.remote_settings.max_concurrent_streams == doh.MAX_STREAMS
    large = Client(desk)
    large.request("GET", "/" + "x" * doh.MAX_HEADERS)
    assert large.session.closed


def test_a_reply_waits_for_the_client_s_window(desk: Desk) -> None:
    client = Client(desk)
    client.http.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 10})
    client.talk()
    stream = client.post(DENIED)
    assert len(client.body(stream)) == 10
    client.http.increment_flow_control_window(1_000, stream)
    client.talk()
    assert dns.message.from_wire(client.body(stream)).answer


def test_a_client_that_opens_no_window_is_dropped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doh, "MAX_UNREAD", 100)
    client = Client(desk)
    client.http.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 0})
    client.talk()
    for _ in range(3):
        client.post(DENIED)
    assert client.session.closed


@pytest.mark.parametrize(
    ("records", "sections", "seconds"),
    [
        (["www.example.com. 300 IN CNAME a.example.", "a.example. 20 IN A 192.0.2.1"], {}, 20),
        ([], {"authority": ["example.com. 900 IN SOA a. b. 1 2 3 4 60"]}, 60),
        ([], {}, 0),
    ],
)
def test_freshness_is_the_smallest_life(records: list[str], sections: dict[str, Any], seconds: int) -> None:
    assert freshness(response(OPEN, *records, **sections)) == seconds


@contextmanager
def talking() -> Iterator[tuple[Session, bytearray, bytes]]:
    """A session, and what a well-behaved client would say to it."""
    client = H2Connection(H2Configuration())
    client.initiate_connection()
    headers = [(":method", "POST"), (":scheme", "https"), (":authority", "x"), (":path", PATH)]
    for stream in (1, 3, 5):
        client.send_headers(stream, [*headers, ("content-type", "application/dns-message")])
        client.send_data(stream, DENIED, end_stream=True)
    client.reset_stream(3)
    client.ping(b"12345678")

    def ask(message: bytes, deliver: Deliver) -> Reply | None:
        if len(message) < 12:
            raise Ignored
        return Reply(message, 0.0) if len(message) % 2 else None

    sent = bytearray()
    yield Session(PATH, ask, sent.extend), sent, client.data_to_send()


@given(st.binary(max_size=300), st.booleans())
@example(b"GET / HTTP/1.1\r\n\r\n", False)
def test_no_octets_raise(data: bytes, after_the_preface: bool) -> None:
    with talking() as (session, _, said):
        session.receive(said[: 24 + 9 * 3] + data if after_the_preface else data)
        session.end()


@given(st.data())
def test_no_mutated_frames_raise(data: st.DataObject) -> None:
    with talking() as (session, _, said):
        mutated = bytearray(said)
        for _ in range(data.draw(st.integers(1, 8))):
            at = data.draw(st.integers(24, len(said) - 1))
            mutated[at] = data.draw(st.integers(0, 255))
        cut = data.draw(st.integers(0, len(mutated)))
        session.receive(bytes(mutated[:cut]))
        session.receive(bytes(mutated[cut:]))
        session.end()
