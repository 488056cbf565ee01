"""Scenarios played to the real service: a rehearsal clock, real datagrams, upstreams on loopback."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import pytest

from tests.scenarios.comparing import differences, message_of
from tests.scenarios.form import Question, Scenario, Step, read
from tests.scenarios.form import Upstream as Said
from tests.scenarios.house import furnish
from tests.scenarios.played import Played
from tests.scenarios.test_scenarios import FILES
from tests.scenarios.without_sockets import asked_in, indented
from tests.support.processes import PATIENCE, one_port
from tests.support.server import House

REAL = [file for file in FILES if read(file).real]


class LoopbackUpstream:
    """A played upstream on a port of 127.0.0.1, in a thread of its own."""

    def __init__(self, said: Said) -> None:
        self._played = Played(said)
        self._udp, self._tcp = one_port("127.0.0.1")
        self.place = f"127.0.0.1:{self._udp.getsockname()[1]}"
        self._stop, self._stopped = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.send(b"x")
        self._thread.join()
        for sock in (self._udp, self._tcp, self._stop, self._stopped):
            sock.close()

    def _serve(self) -> None:
        with selectors.DefaultSelector() as selector:
            for sock in (self._udp, self._stopped):
                selector.register(sock, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._stopped:
                        return
                    asked, client = self._udp.recvfrom(4096)
                    for reply in self._played.replies(asked):
                        self._udp.sendto(reply, client)


@contextmanager
def upstreams(scenario: Scenario) -> Iterator[Sequence[str]]:
    """The scenario's upstreams, for the length of a block: where each is."""
    with ExitStack() as stack:
        found = [LoopbackUpstream(said) for said in scenario.upstreams]
        for one in found:
            stack.callback(one.close)
        yield [one.place for one in found]


@pytest.mark.parametrize("file", REAL, ids=lambda file: file.stem)
def test_the_service_itself_answers_as_the_scenario_says(file: Path, tmp_path: Path) -> None:
    scenario = read(file)
    with upstreams(scenario) as places:
        house = House(tmp_path, places)
        furnish(scenario, tmp_path, [f"127.0.0.1:{house.port}"], places)
        try:
            wrong = [line for at, step in enumerate(scenario.steps, 1) for line in _play(house, at, step)]
        finally:
            house.close()
    assert not wrong, "\n".join([f"{file.name}: {scenario.title}", *wrong])


def _play(house: House, number: int, step: Step) -> list[str]:
    """Ask everything of one step of a service that was started at its moment."""
    assert step.at is not None
    house.start("--at", step.at)
    found: list[str] = []
    for question in step.questions:
        wrong = differences(question, _ask(house.port, question), None, exact=False)
        if wrong:
            found += [asked_in(number, step.at, question), *indented(wrong)]
    house.stop()
    return found


def _ask(port: int, question: Question) -> dns.message.Message | None:
    ask = dns.query.udp if question.over == "udp" else dns.query.tcp
    try:
        return ask(message_of(question), "127.0.0.1", timeout=PATIENCE, port=port, source=question.client)
    except dns.exception.Timeout:
        return None
