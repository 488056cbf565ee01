from __future__ import annotations

import re
import subprocess
import sys
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sm_dns.builder import upstreams
from sm_dns.builder.process import compile_generation
from sm_dns.cli.commands import serve
from sm_dns.control.supervisor import Supervisor
from sm_dns.generation.directory import open_generation
from sm_dns.util.clock import Clock
from tests.cli.conftest import Office
from tests.support.processes import REPOSITORY

NOON = 1786334400.0  # Monday 2026-08-10, 12:00 in Kuala Lumpur


def _supervisor(office: Office, clock: Clock, *listening: str) -> Supervisor:
    generation = open_generation(compile_generation(office.config, NOON))
    fake: Any = SimpleNamespace(
        clock=clock, listening=list(listening), generations=SimpleNamespace(current=generation)
    )
    return cast(Supervisor, fake)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Clock]:
    """The clocks that were served by, without serving."""
    clocks: list[Clock] = []

    async def note(config: object, clock: Clock, announce: object) -> None:
        clocks.append(clock)

    monkeypatch.setattr(serve, "serve", note)
    return clocks


def test_it_serves_by_the_wall_clock(office: Office, served: list[Clock]) -> None:
    office.run("serve")
    assert served == [Clock()]


@pytest.mark.parametrize(
    ("at", "instant"),
    [("2026-08-10T12:00:00", NOON), ("2026-08-10T04:00:00Z", NOON), ("2026-08-10T12:59:57", NOON + 3597)],
)
def test_a_rehearsal_starts_at_its_instant(
    office: Office, served: list[Clock], at: str, instant: float
) -> None:
    office.run("serve", "--at", at)
    assert served[0].rehearsal
    assert served[0].now() == pytest.approx(instant, abs=10)


def test_a_rehearsal_is_refused_on_port_53_and_at_no_time(office: Office, served: list[Clock]) -> None:
    assert "noon" in office.run("serve", "--at", "noon", exit_code=2).stderr
    office.config.write_text(office.config.read_text() + 'listen: ["127.0.0.1:5335", "127.0.0.1:53"]\n')
    assert "does not answer on port 53" in office.run("serve", "--at", "2026-08-10", exit_code=2).stderr
    assert served == []


def test_one_line_says_that_it_is_ready(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    serve._announce(False, _supervisor(office, Clock(), "127.0.0.1:5335", "[::1]:5335"))
    assert capsys.readouterr() == ("ready 127.0.0.1:5335 [::1]:5335\n", "")


def test_a_rehearsal_says_so_loudly_and_not_among_the_data(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    serve._announce(False, _supervisor(office, Clock.starting_at(NOON), "127.0.0.1:5335"))
    out, err = capsys.readouterr()
    assert out == "ready 127.0.0.1:5335\n"
    assert err.startswith("REHEARSAL: this server's clock started at 2026-08-10T12:00:0")


@pytest.mark.parametrize(("address", "host"), [("127.0.0.1:5335", "127.0.0.1"), ("[::1]:5335", "::1")])
def test_hints_say_what_is_open_and_what_to_type(
    office: Office, capsys: pytest.CaptureFixture[str], address: str, host: str
) -> None:
    serve._announce(True, _supervisor(office, Clock.starting_at(NOON), address))
    out = capsys.readouterr().out
    assert (
        "social media for group default (private addresses in no other group): DENIED now, 2026-08-10T12:00:0"
        in out
    )
    assert "changes at 2026-08-10T13:00:00 Asia/Kuala_Lumpur" in out
    assert "everything else: resolved as usual" in out
    assert "dashboard: off; it needs the extra `web`" in out
    first, second = (line.split(f"dig @{host} -p 5335 ")[1] for line in out.splitlines() if "dig @" in line)
    assert first.split("# ")[1] == (
        "denied: Working hours; permitted from Monday, 10 August 2026, 13:00."
    ) and first.startswith("www.facebook.com ")
    assert second.startswith("www.netflix.com ") and "# denied: " in second


def test_what_is_to_be_tried_first_is_denied_at_that_moment_and_it_is_said_what_is_not(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    saturday = NOON + 5 * 86400
    serve._announce(True, _supervisor(office, Clock.starting_at(saturday), "127.0.0.1:5335"))
    out = capsys.readouterr().out
    first, second = (line.split("-p 5335 ")[1] for line in out.splitlines() if "dig @" in line)
    assert first.startswith("www.netflix.com ") and "# denied: " in first
    assert second.startswith("www.facebook.com ")
    # From Saturday noon to Monday 07:30, but for what this test takes.
    assert re.search(r"# permitted: Weekly rest day\. For another 43 h (30|29) min\.$", second)


def test_hints_say_that_there_is_no_upstream_and_why_nothing_is_compiled(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    office.config.write_text(office.config.read_text().replace("[192.0.2.1]", "[system]"))
    monkeypatch.setattr(upstreams, "system_upstreams", lambda files: ())
    monkeypatch.setattr(serve, "why_not_compiled", lambda: "there was no C compiler when it was installed")
    serve._announce(True, _supervisor(office, Clock(), "127.0.0.1:5335"))
    out = capsys.readouterr().out
    assert "everything else: no upstream" in out and "resolved as usual" not in out
    assert "pure Python, which is slower: there was no C compiler when it was installed" in out


def test_the_control_process_stays_light() -> None:
    """What reads and checks a configuration lives and ends in the compiler's process."""
    program = "import sys, sm_dns.cli.commands.serve; print(*sys.modules)"
    command = (sys.executable, "-c", program)
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert not {"pydantic", "yaml", "holidays", "idna", "starlette"} & set(done.stdout.split())
