"""Sockets drained inside `select`, beside ordinary asyncio."""

from __future__ import annotations

import asyncio
import selectors
import socket

from sm_dns.serve.event_loop import DrainSelector, new_loop


def test_a_drained_socket_is_read_before_the_loop_gets_its_turn() -> None:
    selector = DrainSelector()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    other, writer = socket.socketpair()
    with ours, theirs, other, writer:
        ours.setblocking(False)
        seen: list[bytes] = []
        selector.drain(ours, lambda: seen.append(ours.recv(100)))
        selector.register(other, selectors.EVENT_READ, "asyncio's own")
        theirs.send(b"query")
        writer.send(b"x")
        ready = selector.select(1)
        assert [key.data for key, _ in ready] == ["asyncio's own"]
        assert seen == [b"query"]
        selector.forget(ours)
        theirs.send(b"late")
        selector.select(0)
        assert seen == [b"query"]
        selector.close()


def test_asyncio_runs_on_it() -> None:
    selector = DrainSelector()
    loop = new_loop(selector)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs:
        ours.setblocking(False)
        got = loop.create_future()
        selector.drain(ours, lambda: got.set_result(ours.recv(100)))
        loop.call_later(0.01, theirs.send, b"query")
        assert loop.run_until_complete(asyncio.wait_for(got, 60)) == b"query"
        selector.forget(ours)
    loop.close()
