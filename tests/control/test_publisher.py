from __future__ import annotations

import asyncio
import errno
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from sm_dns.admin import remote_lists
from sm_dns.admin.listing.never_close import NOTHING
from sm_dns.admin.policy_document import list_cache, remote_source
from sm_dns.builder.process import compile_generation
from sm_dns.control.in_force import InForce
from sm_dns.control.list_standings import list_standings
from sm_dns.control.publisher import Publisher
from sm_dns.control.service_log import ServiceLog
from sm_dns.history import shelf
from sm_dns.history.keeper import Keeper
from sm_dns.history.shelf import Shelf
from sm_dns.ipc import children
from sm_dns.ipc.orders import Answer, Failed, Loaded
from sm_dns.settings.load import load_settings
from sm_dns.state import audit
from sm_dns.util.clock import Clock, utc_iso
from sm_dns.util.message import Message
from tests.control.processes.web_server import body, web_server
from tests.support.changes import put
from tests.support.site import NOON, Site


class Play:
    """Generations compiled in this process, with workers that take notes."""

    def __init__(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        self.site = site
        self.compiled = 0
        self.loaded: list[Path] = []
        self.answers: list[Answer | None] = [Loaded(2)]
        self.service_log = ServiceLog(site.state, Clock())
        self.in_force = InForce(site.compile())
        self.offered: list[Path] = []
        self.generations = Publisher(
            site.config, 0.0, self.in_force, self._load, self.service_log, None, Keeper(site.state)
        )
        monkeypatch.setattr(children, "compile_generation", self._compile)

    async def _compile(self, config: Path, rehearsal: float) -> Path:
        self.compiled += 1
        await asyncio.sleep(0)
        return compile_generation(config, NOON)

    async def _load(self, directory: Path) -> list[Answer | None]:
        self.loaded.append(directory)
        self.offered.append(self.in_force.directory())
        return self.answers

    def run(self, what: Callable[[], Awaitable[Any]]) -> Any:
        async def main() -> Any:
            return await what()

        return asyncio.run(main())

    def on_disk(self) -> list[int]:
        return sorted(int(path.name) for path in (self.site.state / "generations").iterdir())


@pytest.fixture
def play(site: Site, monkeypatch: pytest.MonkeyPatch) -> Play:
    return Play(site, monkeypatch)


def test_a_change_is_loaded_recorded_and_in_force(play: Play) -> None:
    play.site.list("streaming", "film.example")
    assert play.run(play.generations.reload) is None
    assert play.generations.current.snapshot.generation == 2
    assert play.loaded == [play.generations.current.directory]
    (line,) = audit.read(play.site.state / audit.FILE)
    assert (line.who, line.action, line.target) == ("service", "policy.published", "generation 2")


def test_equal_files_swap_nothing(play: Play) -> None:
    assert play.run(play.generations.reload) is None
    assert play.loaded == []
    assert play.generations.current.snapshot.generation == 2
    assert not (play.site.state / audit.FILE).exists()


def test_what_cannot_be_recorded_is_not_put_in_force(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record first: a full disk keeps the old policy, until there is room."""
    play.site.list("streaming", "film.example")
    path = play.site.state / audit.FILE

    async def until_there_is_room() -> None:
        with monkeypatch.context() as full:
            full.setattr("sm_dns.state.chain_file.ChainFile.add", _full)
            kept = await play.generations.reload()
            assert "the audit could not be written" in str(kept) and "No space" in str(kept)
            assert (play.loaded, play.generations.current.snapshot.generation) == ([], 1)
            assert not path.exists()
        assert await play.generations.reload() is None  # as `Repairs` asks for it

    asyncio.run(asyncio.wait_for(until_there_is_room(), 60.0))
    assert [each.action for each in audit.read(path)] == ["policy.published"]
    assert len(play.loaded) == 1


def _full(*given: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_each_policy_that_comes_into_force_is_in_the_history(play: Play) -> None:
    play.run(play.generations.remember)  # at the start
    play.site.list("streaming", "film.example")
    assert play.run(play.generations.reload) is None
    play.answers = [Failed(Message("no memory"))]
    play.site.list("streaming", "other.example")
    assert str(play.run(play.generations.reload)) == "no memory"
    kept = [Shelf(play.site.state).version(number) for number in Shelf(play.site.state).numbers()]
    assert [one.generation for one in kept] == [1, 2]


def test_a_full_disk_keeps_no_policy_from_coming_into_force(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    play.site.list("streaming", "film.example")
    with monkeypatch.context() as full:
        full.setattr(shelf, "atomic_write", _full)
        assert play.run(play.generations.reload) is None
    assert play.generations.current.snapshot.generation == 2
    (told,) = play.generations.findings()
    assert "is not in the history" in str(told.text)
    play.run(play.generations.remember)  # as the scheduler asks for it
    assert play.generations.findings() == []
    assert len(Shelf(play.site.state).numbers()) == 1


def test_a_record_is_the_cause_of_its_own_version_however_many_reloads_wait(play: Play) -> None:
    """The second reload finds the same files, and must not take the record for one that changed nothing."""
    play.run(play.generations.remember)
    audit.append(
        play.site.state / audit.FILE, at=NOON, who="ana", action="domains add", target="film.example"
    )
    play.site.list("streaming", "film.example")

    async def both() -> None:
        first = play.generations.request()
        await asyncio.sleep(0)
        await asyncio.gather(first, play.generations.request())

    play.run(both)
    assert [one.who for one in Shelf(play.site.state).version(2).causes] == ["ana"]


def test_what_workers_refuse_is_withdrawn_on_record(play: Play) -> None:
    play.site.list("streaming", "film.example")
    play.answers = [Failed(Message("no memory"))]
    assert str(play.run(play.generations.reload)) == "no memory"
    told = [(each.action, each.target) for each in audit.read(play.site.state / audit.FILE)]
    assert told == [("policy.published", "generation 2"), ("policy.withdrawn", "generation 2")]


def test_a_mistake_keeps_the_old_one_until_it_is_mended(play: Play) -> None:
    """T13: the last good policy stays."""
    path = play.site.list("streaming", "bad..example")
    kept = play.run(play.generations.reload)
    assert str(kept).startswith(f"{path}:1: ")
    assert play.generations.last_error == kept
    assert play.generations.current.snapshot.generation == 1
    assert play.loaded == []
    path.unlink()
    assert play.run(play.generations.reload) is None
    assert play.generations.last_error is None


def test_a_compiler_that_cannot_be_started_is_told(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(config: Path, rehearsal: float) -> Path:
        raise OSError(errno.EAGAIN, "no process left")

    monkeypatch.setattr(children, "compile_generation", fail)
    assert "no process left" in str(play.run(play.generations.reload))


def test_a_worker_that_cannot_load_puts_all_back(play: Play) -> None:
    first = play.generations.current
    play.site.list("streaming", "film.example")
    play.answers = [Loaded(2), Failed(Message("not a snapshot"))]
    assert str(play.run(play.generations.reload)) == "not a snapshot"
    assert play.generations.current is first
    assert play.in_force.directory() == first.directory
    assert play.loaded[-1] == first.directory
    assert play.on_disk() == [1]


def test_a_worker_that_is_down_does_not_hold_the_others_up(play: Play) -> None:
    play.site.list("streaming", "film.example")
    play.answers = [None, Loaded(2)]
    assert play.run(play.generations.reload) is None


def test_a_starting_worker_begins_with_what_is_being_published(play: Play) -> None:
    """Else it would miss the swap: down while the others load, and started with the old one."""
    play.site.list("streaming", "film.example")
    play.run(play.generations.reload)
    assert play.offered == [play.generations.current.directory]


def test_refused_generations_never_push_out_the_one_in_force(play: Play) -> None:
    play.site.list("streaming", *(f"name{number}.example" for number in range(4000)))
    play.run(play.generations.reload)
    play.site.list("streaming", "name1.example")
    for _ in range(5):
        assert "shrank" in str(play.run(play.generations.reload))
    assert play.on_disk() == [1, 2]
    assert play.generations.current.directory.name == "00000002"


def test_two_generations_stay_on_disk(play: Play) -> None:
    (play.site.state / "generations" / ".new-left").mkdir()
    for number in range(4):
        play.site.list("streaming", f"film{number}.example")
        play.run(play.generations.reload)
    numbers = sorted(path.name for path in (play.site.state / "generations").iterdir())
    assert numbers == ["00000004", "00000005"]


def test_what_earlier_servers_left_is_tidied(play: Play) -> None:
    play.site.compile()
    play.site.compile()
    play.in_force.tidy()
    assert play.on_disk() == [1]


def test_nothing_is_left_in_a_temporary_place(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A state directory that cannot be used: each start would leave a generation of any size in /tmp for ever."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    shutil.rmtree(play.site.state)
    play.site.state.touch()
    play.site.list("streaming", "film.example")
    monkeypatch.setattr(play.service_log, "record", lambda *given: None)
    assert play.run(play.generations.reload) is None
    assert play.generations.current.directory.is_relative_to(elsewhere)
    assert play.generations.last_error is None
    play.in_force.end()
    assert list(elsewhere.iterdir()) == []


def test_the_end_keeps_what_the_next_start_may_need(play: Play) -> None:
    play.site.list("streaming", "film.example")
    play.run(play.generations.reload)
    play.in_force.end()
    assert play.on_disk() == [1, 2]


def test_a_storm_of_requests_is_two_reloads(play: Play) -> None:
    async def storm() -> list[Message | None]:
        first = asyncio.ensure_future(play.generations.reload())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        play.site.list("streaming", "film.example")  # after the first has begun to read
        rest = [play.generations.reload() for _ in range(200)]
        return [*await asyncio.gather(first, *rest)]

    answers = play.run(storm)
    assert play.compiled == 2
    assert set(answers) == {None}
    assert play.generations.current.snapshot.names.lookup(b"\4film\7example\0")


def test_files_that_a_reload_has_taken_are_compiled_once(play: Play) -> None:
    """A command writes and asks; that the files have changed is seen a moment later."""

    async def change() -> None:
        play.site.list("streaming", "film.example")
        asked = play.generations.request()
        await asyncio.sleep(0)
        play.generations.files_changed()
        await asked
        await play.generations._queued()

    play.run(change)
    assert play.compiled == 1
    play.site.list("streaming", "another.example")

    async def seen() -> None:
        play.generations.files_changed()
        await play.generations._queued()

    play.run(seen)
    assert play.compiled == 2, "what nobody asked for is taken too"


def test_a_caller_that_goes_away_does_not_take_the_reload_along(play: Play) -> None:
    async def impatient() -> None:
        play.site.list("streaming", "film.example")
        asking = asyncio.ensure_future(play.generations.reload())
        await asyncio.sleep(0)
        task = play.generations.request()
        asking.cancel()
        assert await task is None

    play.run(impatient)
    assert play.generations.current.snapshot.generation == 2


def test_a_list_by_url_that_lost_many_names_is_an_alarm(play: Play) -> None:
    with web_server() as web:
        row = f"{{name: x, url: '{web.url('/x')}', category: social, allow_private: true}}"
        play.site.config.write_text(play.site.config.read_text() + f"lists: [{row}]\n")
        for names in (10, 8, 6):
            web.answers["/x"] = body(b"".join(b"n%d.example\n" % number for number in range(names)))
            settings = load_settings(play.site.config)
            source, cache = remote_source(settings.lists[0]), list_cache(settings)
            put(*remote_lists.refresh(source, cache, NOTHING, NOON).files)
            assert not play.run(play.generations.reload)
    assert [str(alarm.text) for alarm in play.service_log.alarms] == ["list x fell from 8 names to 6"]
    (found,) = list_standings(play.generations.current.service.sources, play.site.state)
    assert (found.names, found.source, found.checked) == (6, web.url("/x"), utc_iso(NOON))


def test_what_needs_a_restart_is_an_alarm(play: Play) -> None:
    play.site.config.write_text(play.site.config.read_text() + "workers: 2\n")
    assert play.run(play.generations.reload) is None
    assert [str(alarm.text) for alarm in play.service_log.alarms] == [
        "workers, state_dir, log or the store changed in the configuration: that holds from the next start"
    ]


def test_a_damaged_generation_is_refused(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    async def damaged(config: Path, rehearsal: float) -> Path:
        directory = compile_generation(config, NOON)
        (directory / "names.idx").write_bytes(b"")
        return directory

    monkeypatch.setattr(children, "compile_generation", damaged)
    assert play.run(play.generations.reload)
    assert play.on_disk() == [1]
