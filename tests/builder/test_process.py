from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.admin.surroundings import Surroundings
from sm_dns.agency import profile
from sm_dns.agency.profile import shipped
from sm_dns.builder import process as compiling
from sm_dns.builder.name_index import place_index
from sm_dns.builder.process import compile_generation
from sm_dns.generation.directory import discard, open_generation
from sm_dns.generation.service import read_service
from sm_dns.lists.list_read import ListRead
from sm_dns.portal.settings import read_details
from sm_dns.resolve.replies.rebinding import NO_PROTECTION, Rebinding
from sm_dns.resolve.replies.ttl_bounds import TtlBounds
from sm_dns.serve import worker_settings as served
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.util.fingerprint import fingerprint
from sm_dns.util.message import Message
from sm_dns.util.typed_json import from_json
from tests.support.site import NOON, Site


def test_a_generation_holds_what_workers_and_the_control_process_need(site: Site) -> None:
    site.list("streaming", "film.example")
    directory = compile_generation(site.config, NOON)
    assert directory == site.state / "generations" / "00000001"
    worker = served.load(directory)
    assert [str(upstream) for upstream in worker.upstreams] == ["192.0.2.1:53"]
    assert worker.resolver.snapshot.generation == 1
    assert {match.tag.list for match in worker.resolver.snapshot.names.lookup(b"\4film\7example\0")} == {
        "site:streaming.txt"
    }
    service = read_service(directory)
    assert service.listen == (("127.0.0.1", 5335),)
    assert service.state_dir == str(site.state)
    assert str(site.config) in service.watched


def test_generations_are_numbered_and_equal_files_make_equal_ones(site: Site) -> None:
    first, second = site.compile(), site.compile()
    assert (first.snapshot.generation, second.snapshot.generation) == (1, 2)
    assert first.same_answers(second)
    site.list("streaming", "film.example")
    assert not site.compile().same_answers(second)


@pytest.mark.parametrize(
    "change", ["upstreams: ['192.0.2.2']", "cache: {megabytes: 3}", "cache: {min_ttl: 60}", "identity: one"]
)
def test_a_change_that_only_workers_notice_is_a_change(site: Site, change: str) -> None:
    first = site.compile()
    kept = [
        line for line in site.config.read_text().splitlines() if not change.startswith(line.split(":")[0])
    ]
    site.config.write_text("\n".join([*kept, change]))
    assert not site.compile().same_answers(first)


def test_workers_get_bounds_of_ttls_and_a_text_only_where_they_are_set(site: Site) -> None:
    worker = served.load(compile_generation(site.config, NOON))
    assert (worker.ttl_bounds, worker.resolver.identity) == (None, b"")
    site.config.write_text(site.config.read_text() + "cache: {min_ttl: 60}\nidentity: dns-1\n")
    worker = served.load(compile_generation(site.config, NOON))
    assert (worker.ttl_bounds, worker.resolver.identity) == (TtlBounds(60, 86_400), b"dns-1")


def test_a_mistake_leaves_nothing_behind_and_names_its_line(site: Site) -> None:
    path = site.list("social", "good.example", "bad..example")
    with pytest.raises(BadInput) as caught:
        compile_generation(site.config, NOON)
    assert str(caught.value).startswith(f"{path}:2: ")
    places = site.state / "generations"
    assert not places.exists() or list(places.iterdir()) == []


def test_a_failure_half_way_leaves_nothing_behind(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(compiling, "write_service", fail)
    with pytest.raises(OSError, match="disk full"):
        compile_generation(site.config, NOON)
    assert not (site.state / "generations").exists()


def test_a_state_directory_that_cannot_be_written_is_done_without(site: Site) -> None:
    site.config.write_text(site.config.read_text() + "state_dir: /proc/sm-dns\n")
    made = site.compile()
    assert made.directory.name == "00000001"
    assert made.directory.parent.name.startswith("sm-dns-generations-")
    discard(made.directory)
    assert not made.directory.parent.exists()


def test_what_was_seen_is_from_before_the_files_were_read(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that changes under the compiler's hands is compiled again."""
    path = site.list("streaming", "film.example")

    def slowly(
        settings: Settings, around: Surroundings, directory: Path, earlier: Path | None
    ) -> tuple[ListRead, ...]:
        made = place_index(settings, around, directory, earlier)
        path.write_text("other.example\nand.example\n")
        return made

    monkeypatch.setattr(compiling, "place_index", slowly)
    service = site.compile().service
    assert service.seen != fingerprint(map(Path, service.watched))
    monkeypatch.undo()
    service = site.compile().service
    assert service.seen == fingerprint(map(Path, service.watched))


def test_a_profile_of_the_sites_own_reaches_workers_and_pages_and_is_watched(site: Site) -> None:
    letter = shipped("ump").instrument
    own = site.config.parent / "own.toml"
    own.write_text(
        (Path(profile.__file__).parent / "profiles" / "ump.toml").read_text().replace("UMP 25.2.2010", "X 1")
    )
    site.config.write_text(site.config.read_text() + "notice: {profile: own.toml, data_officer: D}\n")
    made = site.compile()
    assert served.load(made.directory).resolver.citation == ("X 1", "", "")
    details = read_details(made.directory)
    assert (details.profile.instrument, details.data_officer) == (replace(letter, reference="X 1"), "D")
    assert str(own) in made.service.watched


@pytest.mark.parametrize(("broken", "ok"), [(False, True), (True, False)])
def test_the_program_prints_one_object(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], broken: bool, ok: bool
) -> None:
    if broken:
        site.config.write_text("listen: 5\n")
    monkeypatch.setattr("sys.argv", ["compile", str(site.config), "0.0"])
    compiling.main()
    (line,) = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert found["ok"] is ok
    if ok:
        assert open_generation(Path(found["directory"])).snapshot.generation == 1
    else:
        assert str(from_json(Message, found["said"])).startswith(f"{site.config}:1: ")


def test_protection_against_rebinding_reaches_the_workers(site: Site) -> None:
    assert served.load(compile_generation(site.config, NOON)).resolver.rebinding == NO_PROTECTION
    site.config.write_text(site.config.read_text() + "rebinding: {protect: true, allow: [VPN.example]}\n")
    allow = frozenset({b"\3vpn\7example\0"})
    assert served.load(compile_generation(site.config, NOON)).resolver.rebinding == Rebinding(True, allow)


def test_a_network_has_its_own_limits_and_the_usual_where_it_says_nothing(site: Site) -> None:
    limits = "limits: {burst: 900, connections: 300, networks: {"
    limits += "10.20.0.0/24: {connections_per_client: 256, burst: 7000},"
    limits += " 127.0.0.0/8: {queries_per_second: 9}, '::1/128': {connections_per_client: 8}}}\n"
    site.config.write_text(site.config.read_text() + limits)
    worker = served.load(compile_generation(site.config, NOON))
    assert worker.limits.of("10.20.0.9") == (500, 7_000, 256, True)
    assert worker.limits.of("10.20.1.9") == (500, 900, 32, False)
    assert worker.limits.of("127.0.0.1") == (9, 900, 32, True)
    assert worker.limits.of("::1") == (500, 900, 8, False)
    assert worker.connections == 300


def test_workers_follow_the_systems_servers_where_these_are_asked(site: Site) -> None:
    assert served.load(compile_generation(site.config, NOON)).wishes is None
    text = site.config.read_text().replace('upstreams: ["192.0.2.1"]', "upstreams: [system]")
    site.config.write_text(text)
    wishes = served.load(compile_generation(site.config, NOON)).wishes
    assert wishes is not None
    assert (wishes.upstreams, wishes.listeners) == ((None,), (("127.0.0.1", 5335),))
