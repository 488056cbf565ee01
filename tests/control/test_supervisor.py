"""The control process in this process: composed, looked after, stopped by its signals."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from sm_dns.control import serving, supervisor
from sm_dns.control.jobs import Jobs
from sm_dns.control.serving import serve
from sm_dns.control.supervisor import Supervisor
from sm_dns.ipc import children, socket_paths
from sm_dns.ipc.requests import REQUESTS, Flush, Flushed, LookUp, Reload, Reloaded
from sm_dns.state import audit
from sm_dns.util import systemd
from sm_dns.util.clock import Clock, Jump
from sm_dns.util.errors import BadInput
from tests.support.processes import free_port, is_alive, until
from tests.support.site import Site
from tests.support.stores import reading

Act = Callable[[Supervisor], Awaitable[None]]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """The service sets the level of its own log; afterwards it is what it was."""
    log = logging.getLogger("sm_dns")
    level = log.level
    yield
    log.setLevel(level)


def _serve(site: Site, act: Act, clock: Clock | None = None, number: int = signal.SIGTERM) -> None:
    """Serve until `act` is done, then stop by a signal."""
    text = site.config.read_text().replace("5335", str(free_port()))
    site.config.write_text(text)
    doing: list[asyncio.Task[None]] = []

    async def whole(running: Supervisor) -> None:
        try:
            await act(running)
        finally:
            os.kill(os.getpid(), number)

    def announce(running: Supervisor) -> None:
        doing.append(asyncio.get_running_loop().create_task(_coroutine(whole(running))))

    asyncio.run(serve(site.config, clock or Clock(), announce))
    doing[0].result()


async def _coroutine(what: Awaitable[None]) -> None:
    await what


async def _nothing(running: Supervisor) -> None:
    pass


async def _until(fact: Callable[[], object]) -> None:
    await until(fact, "what the test waits for")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_and_nothing_is_left(site: Site, number: int) -> None:
    pids: list[int] = []

    async def act(running: Supervisor) -> None:
        status = await running.status()
        pids.extend(worker.pid for worker in status.workers if worker.pid is not None)

    _serve(site, act, number=number)
    assert len(pids) == 1
    assert not is_alive(pids[0])
    assert not (site.state / socket_paths.SOCKET).exists()


def test_the_status_tells_what_there_is_to_tell(site: Site) -> None:
    clock = Clock.starting_at(1786334400.0)

    async def act(running: Supervisor) -> None:
        status = await running.status()
        assert status.rehearsal
        assert status.pid == os.getpid()
        assert status.at.startswith("2026-08-10T04:00:")
        assert status.listening == tuple(running.listening)
        assert status.generation == 1
        assert status.schedules[0].state == "denied"
        assert (status.last_flip, status.last_error) == (None, None)
        assert status.figures[0].upstreams[0].address == "192.0.2.1:53"
        assert status.monitoring is None  # its hours are not those of the store

    _serve(site, act, clock)


def test_a_start_and_a_clock_that_is_not_synchronised_are_noted(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "is_synchronised", lambda: False)

    async def act(running: Supervisor) -> None:
        await _until(lambda: running._parts.service_log.alarms)
        alarms = (await running.status()).alarms
        assert [str(alarm.text).split(":")[0] for alarm in alarms] == ["the clock is not synchronised"]

    _serve(site, act)
    (line,) = audit.read(site.state / audit.FILE)
    assert (line.who, line.action) == ("service", "service.started")


def test_monitoring_begins_and_follows_the_configuration(site: Site) -> None:
    async def act(running: Supervisor) -> None:
        found = (await running.status()).monitoring
        assert found is not None
        assert found.store == str(site.state / "monitor" / "usage.db")
        with site.config.open("a") as file:
            file.write("monitoring: {staff_map: none.csv, neighbours: false}\n")
        await running.reload()
        assert running._parts.collector is not None
        await running._parts.collector.collect()
        texts = [finding.text for finding in (await running.status()).findings]
        assert any(
            str(text).startswith("monitoring: staff map: ") and "none.csv" in str(text) for text in texts
        )

    _serve(site, act)
    with reading(site.state / "monitor" / "usage.db") as database:
        assert database.query("SELECT count(*) FROM stretch") == [(1,)]


def test_a_clock_that_jumps_is_an_alarm_and_plans_anew(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    jumps = [Jump("suspend", 3600.0)]
    replanned: list[bool] = []

    class Watch:
        def check(self) -> Jump | None:
            return jumps.pop() if jumps else None

    monkeypatch.setattr(supervisor, "StepWatch", Watch)
    monkeypatch.setattr(Jobs, "clock_jumped", lambda jobs: replanned.append(True))

    async def act(running: Supervisor) -> None:
        await _until(lambda: replanned)
        alarms = (await running.status()).alarms
        assert str(alarms[-1].text) == "the clock jumped: suspend of +3600.0 s"

    _serve(site, act)
    assert [line.action for line in audit.read(site.state / audit.FILE)][-1] == "clock.jumped"


def test_a_file_that_changed_while_it_started_is_taken_in(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = children.compile_generation

    async def slow(config: Path, rehearsal: float) -> Path:
        directory = await real(config, rehearsal)
        if not (site.zones / "streaming.txt").exists():
            site.list("streaming", "film.example")  # just after it was read
        return directory

    monkeypatch.setattr(children, "compile_generation", slow)

    async def act(running: Supervisor) -> None:
        await _until(lambda: running.generations.current.snapshot.generation == 2)
        assert running.generations.current.snapshot.names.lookup(b"\4film\7example\0")

    _serve(site, act)


def test_sighup_reloads_between_reloading_and_ready(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(systemd, "notify", lambda *lines: said.append(lines[0]))

    async def act(running: Supervisor) -> None:
        await _until(lambda: "READY=1" in said)
        said.clear()
        site.list("streaming", "film.example")
        os.kill(os.getpid(), signal.SIGHUP)
        await _until(lambda: "READY=1" in said)
        assert said[0] == "RELOADING=1"
        assert running.generations.current.snapshot.generation == 2

    _serve(site, act)
    assert said[-1] == "STOPPING=1"


def test_a_worker_that_dies_is_a_finding(site: Site) -> None:
    async def act(running: Supervisor) -> None:
        pid = (await running.status()).workers[0].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await running._parts.workers.wait_ready()
        await _until(lambda: running._parts.workers._workers[0].pid not in (None, pid))
        (text,) = [one.text for one in (await running.status()).findings if "anew" in str(one.text)]
        assert str(text).startswith("worker 0 was started anew 1 times since 20")
        assert str(text).endswith(": was killed by SIGKILL")

    _serve(site, act)


def test_a_generation_that_a_worker_cannot_read_is_made_anew(site: Site) -> None:
    """Its files were damaged while the service ran, which nobody notices until a worker starts."""

    async def act(running: Supervisor) -> None:
        status = await running.status()
        directory = Path(status.directory)
        (directory / "names.idx").unlink()  # the file of those who map it is not touched
        (directory / "names.idx").write_bytes(b"half a file")
        pid = status.workers[0].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        worker = running._parts.workers._workers[0]
        await _until(lambda: worker.restarts == 1 and worker.answers)
        await _until(lambda: running.generations.current.directory != directory)
        status = await running.status()
        assert status.figures[0].generation == 2
        assert not [one for one in status.findings if one.level == "error"]

    _serve(site, act)


def test_names_that_are_damaged_in_place_are_found_at_the_next_reload(site: Site) -> None:
    """Those who map them do not notice; the policy is the same, and they are told to swap all the same."""

    async def act(running: Supervisor) -> None:
        directory = running.generations.current.directory
        with (directory / "names.idx").open("r+b") as file:
            file.seek(-1, os.SEEK_END)
            file.write(b"!")
        await running.reload()
        status = await running.status()
        assert status.figures[0].generation == 2
        assert str(status.alarms[-1].text).startswith("the index of names was damaged on the disk")
        await running.reload()
        status = await running.status()
        assert status.figures[0].generation == 2  # once is enough

    _serve(site, act)


def test_every_request_is_answered_and_what_follows_a_reload_is_done_before_its_answer(site: Site) -> None:
    async def act(running: Supervisor) -> None:
        commands = running.commands()
        assert set(commands) == set(REQUESTS.kinds.values())
        before = running.listening
        further = f"127.0.0.1:{free_port()}"
        text = site.config.read_text().replace("listen: [", f'listen: ["{further}", ')
        site.config.write_text(text)
        assert await commands[Reload](Reload(accept_removed=False)) == Reloaded(
            2, running.generations.current.snapshot.version, len(running.generations.current.snapshot.names)
        )
        assert set(running.listening) == {*before, further}
        site.config.write_text(text + "workrs: 2\n")
        with pytest.raises(BadInput, match="did you mean 'workers'"):
            await commands[Reload](Reload(accept_removed=False))

    _serve(site, act)


def test_what_follows_a_reload_that_nobody_asked_for_is_done_in_the_next_turn(site: Site) -> None:
    async def act(running: Supervisor) -> None:
        further = f"127.0.0.1:{free_port()}"
        site.config.write_text(site.config.read_text().replace("listen: [", f'listen: ["{further}", '))
        await _until(lambda: further in running.listening)

    _serve(site, act)


def test_a_command_flushes_the_workers(site: Site) -> None:
    async def act(running: Supervisor) -> None:
        flush = running.commands()[Flush]
        assert await flush(Flush("example.org")) == Flushed(0)
        with pytest.raises(BadInput, match="empty label"):
            await flush(Flush("a..b"))

    _serve(site, act)


@pytest.mark.parametrize(("name", "qtype"), [(b"\5abc", 1), (b"\xff" * 300, 1), (b"\0", -5), (b"\0", 70_000)])
def test_what_is_no_question_is_not_looked_up(site: Site, name: bytes, qtype: int) -> None:
    """It would go to the upstreams as it is, or be a fault of a worker."""

    async def act(running: Supervisor) -> None:
        with pytest.raises(BadInput, match="no question"):
            await running.commands()[LookUp](LookUp(name, qtype, dnssec_ok=False, checking_disabled=False))

    _serve(site, act)


def test_a_signal_during_the_start_ends_it_quietly(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def interrupted(config: Path, rehearsal: float) -> Path:
        os.kill(os.getpid(), signal.SIGHUP)  # is not for what is starting
        await asyncio.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(60)
        raise AssertionError("not stopped")

    monkeypatch.setattr(children, "compile_generation", interrupted)
    asyncio.run(serve(site.config, Clock(), lambda running: None))
    assert not (site.state / socket_paths.SOCKET).exists()


def test_a_state_directory_has_one_server(site: Site) -> None:
    site.state.mkdir()
    release = serving._lock(site.state)
    with pytest.raises(BadInput, match="another sm-dns serves with this state directory"):
        asyncio.run(serve(site.config, Clock(), lambda running: None))
    release()
    _serve(site, _nothing)


def test_a_state_directory_that_cannot_be_written_is_served_without(site: Site) -> None:
    site.config.write_text(site.config.read_text() + "state_dir: /proc/sm-dns\n")
    texts: list[str] = []

    async def act(running: Supervisor) -> None:
        await _until(lambda: len(running._parts.service_log.alarms) > 3)
        texts.extend(str(alarm.text) for alarm in (await running.status()).alarms)

    _serve(site, act)
    assert any(text.startswith("control socket is left out: ") for text in texts)
    assert any(text.startswith("state_dir is left out: /proc/sm-dns: ") for text in texts)
    assert any(text.startswith("the audit could not be written") for text in texts)
