"""One client: known, watched, and never by name."""

from __future__ import annotations

from typing import Any

import pytest

from sm_dns.doctor import client
from sm_dns.doctor.client import examine_client
from sm_dns.doctor.examined import Examined
from sm_dns.ipc.requests import (
    BeginTrace,
    EndTrace,
    Identities,
    TakeTrace,
    TellIdentities,
    TraceBegun,
    Traced,
)
from sm_dns.ipc.traced import TracedQuestion
from sm_dns.lan.own_addresses import OwnAddress
from sm_dns.monitor.identity.neighbours import Neighbour
from sm_dns.util.errors import BadInput

LINKS = [OwnAddress("ens18", "10.0.0.5", 8, True, True, False)]
NEAR = [Neighbour("10.1.2.3", "3c:22:fb:00:00:01", False)]


def question(reason: str) -> TracedQuestion:
    return TracedQuestion(0.0, "10.1.2.3", "secret.example", 1, "policy", "deny", reason, "", "", 1.0, 0)


class Server:
    """Answers what a running service would; `asked` are the reasons of the questions that it traces."""

    def __init__(self, *asked: str, known: tuple[str, ...] = ()) -> None:
        self.asked = asked
        self.known = known
        self.requests: list[Any] = []

    def __call__(self, request: Any) -> Any:
        self.requests.append(request)
        match request:
            case TellIdentities():
                return Identities(self.known)
            case BeginTrace():
                return TraceBegun((request.address,) if hasattr(request, "address") else (), 1.0)
            case TakeTrace():
                asked, self.asked = self.asked, ()
                return Traced(tuple(map(question, asked)), 0, True)
            case EndTrace():
                return None


def examined(server: Any, address: str = "10.1.2.3", near: Any = NEAR) -> Examined:
    return examine_client(server, address, "root", 1, near, LINKS)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "TURN_SECONDS", 0.4)


def test_one_who_is_known_and_asks_here_is_well() -> None:
    server = Server("SCHEDULE", "", known=("device:3c:22:fb:00:00:01",))
    found = examined(server)
    assert found.is_well and "2 questions" in str(found.good)
    assert server.requests[0].named == ("device:3c:22:fb:00:00:01",)
    assert isinstance(server.requests[-1], EndTrace)


def test_one_who_asks_nothing_here_asks_somebody_else() -> None:
    [one] = examined(Server(known=("x",))).advice
    assert one.level == "warning" and "asked nothing here in 1 s" in str(one.text)


def test_ways_around_are_counted_and_no_name_is_told() -> None:
    found = examined(Server("BYPASS", "BYPASS_SIGNAL", "SCHEDULE", known=("x",)))
    [one] = found.advice
    assert "(3 questions), 1 of them for ways around" in str(one.text)
    assert "secret.example" not in repr(found)


def test_one_of_whom_nothing_is_known() -> None:
    [one] = examined(Server("A"), "192.168.9.9", []).advice
    assert (one.level, "nothing tells whose 192.168.9.9 is" in str(one.text)) == ("note", True)
    texts = [str(each.text) for each in examined(Server("A"), near=[]).advice]
    assert "is it switched on?" in texts[0]


def test_the_trace_ends_whatever_happens() -> None:
    class Broken(Server):
        def __call__(self, request: Any) -> Any:
            if isinstance(request, TakeTrace):
                raise BadInput("broken")
            return super().__call__(request)

    server = Broken()
    with pytest.raises(BadInput, match="broken"):
        examined(server)
    assert isinstance(server.requests[-1], EndTrace)


def test_what_is_no_address_is_refused_before_anything() -> None:
    server = Server()
    with pytest.raises(BadInput, match="no IP address"):
        examined(server, "pc-17")
    assert server.requests == []
    with pytest.raises(BadInput, match="no server is running"):
        examined(lambda request: None)
