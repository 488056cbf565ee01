"""The block page beside the resolver: the edge of a window, changes, trouble; resolving never notices it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import ssl
import time
from datetime import datetime
from itertools import pairwise

import pytest

from tests.support.browser import browser
from tests.support.certificates import make_certificate
from tests.support.processes import PATIENCE, eventually, free_port, is_alive
from tests.support.server import House

SINKHOLE = "127.0.0.5"
LEAD = 5.0  # seconds before an edge at which a rehearsal begins: time for the service to start


def ask(port: int, host: str, address: str = SINKHOLE) -> tuple[int, str]:
    """A browser's visit: status and page; 0 while nobody answers."""
    connection = http.client.HTTPConnection(address, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/", headers={"Host": host})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


def write(house: House, port: int, *more: str, contact: str = "CTM 1234") -> None:
    house.write(
        f"sinkhole: {{ipv4: {SINKHOLE}}}",
        f'portal: {{listen: ["{SINKHOLE}:{port}"], name: notis.example}}',
        f'notice: {{contact: "{contact}"}}',
        *more,
    )


@pytest.fixture
def page(house: House) -> int:
    """The port of the house's pages; the configuration is written."""
    port = free_port()
    write(house, port)
    return port


def _wait_for_another(house: House, pid: int) -> None:
    eventually(lambda: not is_alive(pid), "the old one has ended")
    eventually(lambda: house.status()["portal"]["pid"] not in (pid, None), "another one runs")


def wait_for_page(port: int) -> None:
    eventually(lambda: ask(port, "facebook.com")[0], "the page is served")


def test_before_and_after_an_edge(house: House, page: int) -> None:
    edge = datetime.fromisoformat("2026-08-10T13:00:00")
    for lead in (LEAD, 4 * LEAD, 16 * LEAD):  # a machine that is slow to start gets more
        begin = datetime.fromtimestamp(edge.timestamp() - lead)  # noqa: DTZ006 (wall time of the schedule)
        server = house.start("--at", begin.isoformat())
        wait_for_page(page)
        told, (status, text) = house.dig("facebook.com"), ask(page, "www.facebook.com")
        if told.data == [SINKHOLE] and status == 403:
            break
        house.stop()
    assert f"http://{SINKHOLE}:{page}" in server.out
    assert "Capaian dibenarkan semula pada hari Isnin, 10 Ogos 2026, pukul 1.00 tengah hari." in text
    assert "www.facebook.com (Facebook)" in text
    assert max(told.ttls) <= lead

    deadline = time.monotonic() + lead + PATIENCE
    while status != 503:
        assert time.monotonic() < deadline, "the page never says that it is open"
        time.sleep(0.3)  # within the budget of one client
        status, text = ask(page, "www.facebook.com")
    assert "Laman web ini dibenarkan sekarang" in text
    assert "Social media access is permitted until Monday, 10 August 2026, at 14:00." in text
    assert house.dig("facebook.com").data != [SINKHOLE]
    assert house.stop() == 0


def test_a_changed_configuration_changes_the_page(house: House, page: int) -> None:
    house.start("--at", "2026-08-10T10:00:00")
    wait_for_page(page)
    assert "CTM 1234" in ask(page, "notis.example")[1]
    write(house, page, contact="Bilik 9")
    eventually(lambda: "Bilik 9" in ask(page, "notis.example")[1], "the contact is the new one")
    # What was asked so often is served again when it may ask again.
    eventually(lambda: ask(page, "notis.example")[0] == 200, "the page is served")


def test_killed_and_hung_pages_come_back_and_resolving_does_not_notice(house: House, page: int) -> None:
    house.start("--at", "2026-08-10T10:00:00")
    wait_for_page(page)
    for how in (signal.SIGKILL, signal.SIGSTOP):
        eventually(lambda: house.status()["portal"]["pid"], "the portal runs")
        pid = house.status()["portal"]["pid"]
        os.kill(pid, how)
        assert house.dig("facebook.com").data == [SINKHOLE]
        _wait_for_another(house, pid)
        wait_for_page(page)
    assert house.status()["portal"]["restarts"] == 2
    assert [worker["restarts"] for worker in house.status()["workers"]] == [0]


def test_https_with_the_operators_certificate(house: House, page: int) -> None:
    certificate, _ = make_certificate(house.directory, "notis.example")
    port = free_port()
    house.write(
        f'portal: {{listen: ["{SINKHOLE}:{page}"], https: ["127.0.0.1:{port}"], name: notis.example,'
        " certificate: tls.pem, key: tls.key}"
    )
    house.start("--at", "2026-08-10T10:00:00")
    wait_for_page(page)
    trust = ssl.create_default_context(cafile=str(certificate))
    with (
        socket.create_connection(("127.0.0.1", port), PATIENCE) as plain,
        trust.wrap_socket(plain, server_hostname="notis.example") as sock,
    ):
        sock.sendall(b"GET / HTTP/1.1\r\nHost: notis.example\r\n\r\n")
        answer = sock.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 200 OK")
    assert "Notis capaian kepada media sosial" in answer
    assert f"https://notis.example:{port}/" in ask(page, "facebook.com")[1]


def test_a_port_that_is_taken_is_told_and_had_when_it_is_free(house: House, page: int) -> None:
    with socket.create_server((SINKHOLE, page)):
        house.start()
        (missing,) = house.status()["left_out"]
        assert (missing["part"], "the port is in use" in missing["reason"]) == (
            f"http {SINKHOLE}:{page}",
            True,
        )
        assert house.dig("netflix.com").data == [SINKHOLE]
    wait_for_page(page)
    eventually(lambda: house.status()["left_out"] == [], "it is told that the page is there")


def test_port_443_beside_the_page_refuses_at_once(house: House, page: int) -> None:
    house.start("--at", "2026-08-10T10:00:00")
    wait_for_page(page)
    begun = time.monotonic()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((SINKHOLE, 443), PATIENCE)
    assert time.monotonic() - begun < PATIENCE


def test_a_rehearsal_does_not_answer_on_port_80(house: House) -> None:
    house.write('portal: {listen: ["127.0.0.5:80"]}')
    server = house.spawn("--at", "2026-08-10T10:00:00")
    assert server.wait() == 2
    assert "rehearsal does not answer on port" in server.err


PHONE = (390, 844)


def test_the_block_page_in_a_browser_of_a_phones_size(house: House, page: int) -> None:
    """A site of the house's own: browsers ask for the well-known ones over HTTPS whatever is typed."""
    house.zones.mkdir()
    (house.zones / "social.txt").write_text("sosial.example\n")
    house.start("--at", "2026-08-10T10:00:00")
    wait_for_page(page)
    rule = f"--host-resolver-rules=MAP * {SINKHOLE}:{page}"
    with browser(house.directory, rule, "--lang=ms") as seen:
        for scheme in ("light", "dark"):
            seen.size(*PHONE)
            seen.colours(scheme)
            seen.open("http://sosial.example/")
            assert seen.requested == ["http://sosial.example/"]
            assert seen.ask("document.documentElement.scrollWidth") == PHONE[0]
            assert (
                seen.ask(
                    "Math.max(...[...document.body.querySelectorAll('*')].map("
                    "one => one.getBoundingClientRect().right))"
                )
                <= PHONE[0]
            )
        levels = seen.ask("[...document.querySelectorAll('h1,h2,h3,h4')].map(one => Number(one.tagName[1]))")
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert seen.ask("document.documentElement.lang") == "ms"
        assert seen.ask("[...document.querySelectorAll('article')].map(one => one.lang)") == ["ms", "en"]
        assert seen.ask("document.querySelector('h1').innerText") == (
            "Capaian kepada media sosial tidak dibenarkan pada waktu ini"
        )
        assert seen.ask("getComputedStyle(document.querySelector('.state')).borderLeftStyle") == "solid"
        counts = "document.querySelector('[role=timer]').textContent"
        first = seen.ask(counts)
        assert "saat" in first  # the script runs under its policy
        eventually(lambda: seen.ask(counts) != first, "the countdown counts")
        assert not [said for said in seen.said if "Content Security Policy" in said]
