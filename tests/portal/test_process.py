"""The process as the control process starts it: it serves, takes up another generation, and ends with its channel."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sm_dns.i18n.text import Text
from sm_dns.lists.index_writer import write_index
from sm_dns.policy import snapshot
from sm_dns.portal.settings import PORTAL_FILE, write_details
from tests.support.contracts import PORTAL_SETTINGS
from tests.support.desk import DOCUMENT, listed_rows
from tests.support.processes import PATIENCE


def generation(directory: Path, contact: str, number: int) -> Path:
    directory.mkdir()
    write_index(directory / snapshot.NAMES_FILE, listed_rows())
    snapshot.write(directory, {**DOCUMENT, "generation": number})
    details = replace(PORTAL_SETTINGS, agency=Text("Jabatan", "Department"), contact=contact)
    write_details(directory, details)
    return directory


class Channel:
    """The control process's end, and the port of the pages."""

    def __init__(self, process: subprocess.Popen[bytes], ours: socket.socket, port: int) -> None:
        self.process, self.port = process, port
        self.socket = ours
        self._lines = ours.makefile("rb")

    def hear(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._lines.readline())
        return found

    def ask(self, **message: str) -> dict[str, Any]:
        self.socket.sendall(json.dumps(message).encode() + b"\n")
        return self.hear()

    def page(self) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", "/", headers={"Host": "facebook.com"})
        body = connection.getresponse().read().decode()
        connection.close()
        return body


@contextmanager
def portal(directory: Path) -> Iterator[Channel]:
    ours, theirs = socket.socketpair()
    ours.settimeout(PATIENCE)
    with socket.create_server(("127.0.0.1", 0)) as http_socket, theirs:
        start = {
            "http": [http_socket.fileno()],
            "https": [],
            "control": theirs.fileno(),
            "handover": theirs.fileno(),
            "generation": str(directory),
            "switches": str(directory.parent / "switches.json"),
            "rehearsal": 0.0,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "sm_dns.portal.process", json.dumps(start)],
            pass_fds=(http_socket.fileno(), theirs.fileno()),
        )
        port = http_socket.getsockname()[1]
    try:
        yield Channel(process, ours, port)
    finally:
        ours.close()
        process.kill()
        process.wait()


def test_it_serves_and_takes_up_another_generation(tmp_path: Path) -> None:
    first = generation(tmp_path / "1", "Bilik Satu", 1)
    with portal(first) as channel:
        assert channel.hear() == {
            "event": "ready",
            "generation": 1,
            "without_policy": {"text": "", "values": {}},
        }
        assert "Bilik Satu" in channel.page()
        second = generation(tmp_path / "2", "Bilik Dua", 2)
        assert channel.ask(command="load", generation=str(second)) == {"event": "loaded", "generation": 2}
        assert "Bilik Dua" in channel.page()
        assert channel.ask(command="load", generation=str(tmp_path / "none"))["event"] == "failed"
        assert "Bilik Dua" in channel.page()
        told = channel.ask(command="stats")
        assert told == {"event": "portal", "stats": {"requests": 3, "turned_away": 0}}
        told = channel.ask(command="tally")
        assert told["event"] == "failed"


def test_it_gives_way_to_resolving(tmp_path: Path) -> None:
    with portal(generation(tmp_path / "1", "", 1)) as channel:
        channel.hear()
        fields = Path(f"/proc/{channel.process.pid}/stat").read_text().rpartition(")")[2].split()
        assert int(fields[16]) > 0


def test_it_ends_with_its_control_process(tmp_path: Path) -> None:
    with portal(generation(tmp_path / "1", "", 1)) as channel:
        channel.hear()
        channel.socket.shutdown(socket.SHUT_RDWR)
        assert channel.process.wait(PATIENCE) == 0


def test_a_generation_that_cannot_be_read_is_told_and_is_its_end(tmp_path: Path) -> None:
    first = generation(tmp_path / "1", "", 1)
    (first / PORTAL_FILE).write_text("{}")
    with portal(first) as channel:
        told = channel.hear()
        assert (told["event"], "agency" in str(told["reason"])) == ("failed", True)
        assert channel.process.wait(PATIENCE) == 2


def test_what_it_imports_is_light() -> None:
    heavy = "{'pydantic', 'yaml', 'apscheduler', 'click', 'holidays', 'dnslib', 'httpx', 'h2'}"
    check = f"import sys, sm_dns.portal.process; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
