"""Policy by person and device, and switches, on the real service: leases that move, both IP versions, two workers."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dns.message
import pytest

from tests.support.dig import Told, dig
from tests.support.messages import query
from tests.support.processes import eventually
from tests.support.server import House

PC, LAPTOP, OTHER = "3c:22:fb:01:02:03", "3c:22:fb:01:02:04", "3c:22:fb:0a:0a:0a"
LOST_SECONDS = 1.0  # a question that a killed worker had taken is answered by nobody
HOLDS_WITHIN = 2.0  # seconds: what the documents promise
REAL, DENIED = ["198.51.100.4"], ["0.0.0.0"]
GRANT = ("--service", "netflix", "--for", "1h", "--approver", "CTM", "--reason", "page editor")


class Leases:
    """A lease file of dnsmasq, replaced whole as that does."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.write()

    def write(self, *held: tuple[str, str]) -> None:
        until = int(time.time()) + 3600
        draft = self.file.with_suffix(".new")
        draft.write_text("".join(f"{until} {device} {address} * *\n" for device, address in held))
        draft.replace(self.file)


@pytest.fixture
def leases(house: House) -> Leases:
    staff = house.directory / "staff.csv"
    staff.write_text(
        f"device,staff,department\n{PC},a1234,PR Unit\n{LAPTOP},a1234,PR Unit\n{OTHER},b2345,Finance\n"
    )
    found = Leases(house.directory / "leases")
    house.write(
        f"monitoring: {{leases: [{{file: {found.file}}}], staff_map: {staff}, neighbours: false}}",
        "workers: 2",
    )
    return found


def tell(house: House, name: str, address: str) -> Told:
    """What a client at an address is told."""
    server = "::1" if ":" in address else "127.0.0.1"
    return dig(server, house.port, name, "A", "-b", address)


def ask(house: House, name: str, address: str) -> list[str]:
    return tell(house, name, address).data


def within(promised: float, holds: object, what: str) -> None:
    """It holds, and no later than was promised."""
    began = time.monotonic()
    eventually(holds, what)  # type: ignore[arg-type]
    assert time.monotonic() - began < promised, f"{what}: only after {time.monotonic() - began:.2f} s"


def test_an_exemption_follows_a_person_and_gives_nothing_to_who_comes_next(
    house: House, leases: Leases
) -> None:
    leases.write((PC, "127.0.0.5"), (OTHER, "127.0.0.7"))
    house.start()
    assert ask(house, "netflix.com", "127.0.0.5") == DENIED
    house.json("exempt", "add", "--who", "staff:A1234", *GRANT)
    within(HOLDS_WITHIN, lambda: ask(house, "netflix.com", "127.0.0.5") == REAL, "it is hers")
    assert ask(house, "netflix.com", "127.0.0.7") == ask(house, "netflix.com", "127.0.0.9") == DENIED
    (told,) = house.json("explain", "netflix.com", "--client", "127.0.0.5")
    assert told["known_as"] == ["staff:a1234"]
    assert told["exemption"]["approver"] == "CTM"
    text = house.run("exempt", "list").stdout
    assert "staff:a1234: 2 devices known, 1 present: 127.0.0.5" in text
    leases.write((PC, "127.0.0.8"), (LAPTOP, "::1"), (OTHER, "127.0.0.5"))
    within(HOLDS_WITHIN, lambda: ask(house, "netflix.com", "127.0.0.5") == DENIED, "another has it now")
    within(HOLDS_WITHIN, lambda: ask(house, "netflix.com", "127.0.0.8") == REAL, "it moved with her")
    within(HOLDS_WITHIN, lambda: ask(house, "netflix.com", "::1") == REAL, "and holds over IPv6")


def test_what_a_command_says_is_in_force_is_so_for_a_person_whom_nothing_named_before(
    house: House, leases: Leases
) -> None:
    leases.write((PC, "127.0.0.5"), (OTHER, "127.0.0.7"))
    house.start()
    for who, address in (
        ("staff:a1234", "127.0.0.5"),
        (OTHER, "127.0.0.7"),
        ("department:Finance", "127.0.0.7"),
    ):
        granted = house.json("exempt", "add", "--who", who, *GRANT)
        assert ask(house, "netflix.com", address) == REAL, who
        house.run("close", "netflix", "--for", "1h", "--reason", "w", "--who", who)
        assert ask(house, "netflix.com", address) == DENIED, who
        house.run("resume")
        house.run("exempt", "revoke", granted[0]["id"])
        assert ask(house, "netflix.com", address) == DENIED, who


def test_a_group_of_people_and_a_rule_for_a_department(house: House, leases: Leases) -> None:
    base = house.config.read_text()
    press = f'{{name: press, clients: ["device:{LAPTOP}"], mode: monitor}}'
    house.config.write_text(
        base.replace("groups: [", f"groups: [{press}, ")
        + 'services: {whatsapp: {action: deny, who: "department: finance"}}\n'
    )
    leases.write((LAPTOP, "127.0.0.6"), (OTHER, "127.0.0.7"))
    house.start()
    within(HOLDS_WITHIN, lambda: ask(house, "netflix.com", "127.0.0.6") == REAL, "only monitored")
    within(HOLDS_WITHIN, lambda: ask(house, "whatsapp.com", "127.0.0.7") == DENIED, "closed to Finance")
    assert ask(house, "whatsapp.com", "127.0.0.6") != DENIED
    assert (
        f"device:{LAPTOP}: 1 devices known, 1 present: 127.0.0.6"
        in house.run("groups", "show", "press").stdout
    )


def test_it_holds_in_a_worker_that_was_started_anew(house: House, leases: Leases) -> None:
    house.json("exempt", "add", "--who", f"device:{PC}", *GRANT)
    leases.write((PC, "127.0.0.5"))
    house.start()
    within(HOLDS_WITHIN, lambda: ask(house, "netflix.com", "127.0.0.5") == REAL, "it is hers")
    before = house.worker_pids()
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: len(set(house.worker_pids()) - set(before)) == 2, "others take their places")
    within(5.0, lambda: ask(house, "netflix.com", "127.0.0.5") == REAL, "a new worker knows it too")


@contextmanager
def asking(house: House, name: str, address: str) -> Iterator[list[str]]:
    """What a client at an address that asks every few milliseconds is answered, as it comes, while this lasts.

    Each question is from another port, so that every worker is asked.
    """
    answers: list[str] = []
    finished = threading.Event()

    def keep_asking() -> None:
        while not finished.is_set():
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, suppress(OSError):
                sock.bind((address, 0))
                sock.settimeout(LOST_SECONDS)
                sock.connect(("127.0.0.1", house.port))
                sock.send(query(name))
                reply = dns.message.from_wire(sock.recv(4096))
                answers.extend(rdata.to_text() for rows in reply.answer for rdata in rows)
            time.sleep(0.005)

    clients = [threading.Thread(target=keep_asking) for _ in range(4)]
    for client in clients:
        client.start()
    try:
        yield answers
    finally:
        finished.set()
        for client in clients:
            client.join()


def test_nobody_is_answered_wrongly_while_all_workers_are_started_anew(house: House, leases: Leases) -> None:
    house.json("exempt", "add", "--who", f"device:{PC}", *GRANT)
    leases.write((PC, "127.0.0.5"))
    house.start()
    with asking(house, "netflix.com", "127.0.0.5") as answers:
        for _ in range(3):
            before = house.worker_pids()
            for pid in before:
                os.kill(pid, signal.SIGKILL)
            eventually(
                lambda: len({pid for pid in house.worker_pids() if pid} - set(before)) == 2,  # noqa: B023
                "others take their places",
            )
            told = len(answers)
            eventually(lambda: len(answers) > told + 20, "they answer")  # noqa: B023
    assert set(answers) == set(REAL)


def test_the_first_answers_after_the_start_are_right(house: House, leases: Leases) -> None:
    house.json("exempt", "add", "--who", f"device:{PC}", *GRANT)
    leases.write((PC, "127.0.0.5"), (OTHER, "127.0.0.7"))
    with (
        asking(house, "netflix.com", "127.0.0.5") as hers,
        asking(house, "netflix.com", "127.0.0.7") as others,
    ):
        house.start()
        eventually(lambda: len(hers) > 20 and len(others) > 20, "they are answered")
    assert (set(hers), set(others)) == (set(REAL), set(DENIED))


def test_leases_that_cannot_be_had_do_not_keep_the_service_from_answering(house: House) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as silent:  # takes the question and says nothing
        silent.bind(str(house.directory / "kea"))
        silent.listen()
        house.write(f"monitoring: {{leases: [{{kea_socket: {house.directory}/kea}}], neighbours: false}}")
        house.json("exempt", "add", "--who", f"device:{PC}", *GRANT)
        house.start()
        assert ask(house, "netflix.com", "127.0.0.5") == DENIED


def test_switches_hold_when_the_command_returns_on_every_worker(house: House, leases: Leases) -> None:
    house.start()
    for _ in range(4):
        assert ask(house, "netflix.com", "127.0.0.1") == DENIED
    (paused,) = house.json("pause", "10m", "--reason", "briefing")
    assert paused["held"] == "In force on 2 of 2 workers."
    assert {tuple(ask(house, "netflix.com", f"127.0.0.{number}")) for number in range(1, 9)} == {tuple(REAL)}
    first = house.run("status").stdout.splitlines()[0]
    assert first.startswith("PAUSED until ") and "briefing" in first
    house.json("close", "whatsapp", "--for", "10m", "--who", "127.0.0.0/29", "--reason", "examination")
    assert {tuple(ask(house, "whatsapp.com", f"127.0.0.{number}")) for number in range(1, 8)} == {
        tuple(DENIED)
    }
    assert ask(house, "whatsapp.com", "127.0.0.9") != DENIED
    told = tell(house, "whatsapp.com", "127.0.0.1")
    assert any("Ditutup sementara hingga" in text for text in told.ede.values())
    assert 0 < max(told.ttls) <= 60
    house.json("resume")
    assert {tuple(ask(house, "netflix.com", f"127.0.0.{number}")) for number in range(1, 9)} == {
        tuple(DENIED)
    }


def test_a_switch_ends_by_itself_and_the_audit_says_so(house: House, leases: Leases) -> None:
    house.start()
    (paused,) = house.json("pause", "4s", "--reason", "briefing")
    told = tell(house, "netflix.com", "127.0.0.1")
    if told.got < paused["expires"]:
        assert told.data == REAL and max(told.ttls) <= 4
    eventually(lambda: ask(house, "netflix.com", "127.0.0.1") == DENIED, "it ends")
    assert time.time() >= paused["expires"]
    eventually(lambda: house.audited("switch") == ["switch pause", "switch ended"], "the audit has both ends")


def test_an_emergency_opens_a_service_whose_configuration_is_broken(house: House, leases: Leases) -> None:
    house.start()
    good = house.config.read_text()
    house.config.write_text(good + "groups: [\n")
    eventually(lambda: "NOT RELOADED" in house.run("status").stdout, "the file cannot be used")
    (stored,) = house.json("emergency", "open", "--reason", "flood")
    assert stored["held"] == "In force on 2 of 2 workers."
    assert ask(house, "netflix.com", "127.0.0.1") == REAL
    assert house.run("status").stdout.startswith("EMERGENCY, NOTHING IS DENIED until ")
    house.json("emergency", "close")
    assert ask(house, "netflix.com", "127.0.0.1") == DENIED


def test_a_switch_is_in_force_from_the_start(house: House, leases: Leases) -> None:
    house.json("pause", "10m", "--reason", "briefing")
    house.start()
    assert ask(house, "netflix.com", "127.0.0.1") == REAL
