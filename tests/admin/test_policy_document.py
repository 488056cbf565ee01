from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.admin import policy_document, remote_lists
from sm_dns.admin.listing.never_close import NOTHING
from sm_dns.admin.surroundings import look_around
from sm_dns.dns.names import from_text
from sm_dns.lists.index_writer import write_index
from sm_dns.lists.list_read import ListRead
from sm_dns.lists.sources import Row
from sm_dns.policy.decide import decide
from sm_dns.policy.exemptions import Exemption
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.state import exemptions_store
from sm_dns.util.errors import BadInput
from tests.control.processes.web_server import body, web_server
from tests.support.changes import put

NOON = 1_786_334_400  # Monday 2026-08-10T12:00:00+08:00
CONFIG = """\
schedules: {default: {timezone: Asia/Kuala_Lumpur}}
groups: [{name: hq, clients: [10.0.0.0/8]}]
calendars: {kl: {country: MY, subdivision: KUL, schedules: [default]}}
categories: {adult: {action: deny}}
lists: [{name: remote, url: "%s", category: social, format: hosts, allow_private: true, service: other}]
sinkhole: {ipv4: 10.0.0.5}
"""


@pytest.fixture
def zones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "shipped"
    (directory / "social").mkdir(parents=True)
    (directory / "social" / "facebook.txt").write_text("# name: Facebook\nfacebook.com\n")
    monkeypatch.setattr(policy_document, "shipped_zones", lambda: directory)
    return directory


@pytest.fixture
def settings(tmp_path: Path, zones: Path) -> Settings:
    path = tmp_path / "sm-dns.yaml"
    path.write_text(CONFIG % "https://lists.example/x")
    return load_settings(path)


def decision(settings: Settings, name: str, now: float = NOON) -> tuple[str, str]:
    with policy_document.temporary_snapshot(policy_document.assemble(settings, now)) as snapshot:
        client = snapshot.clients.classify("10.1.2.3")
        assert client is not None
        found = decide(snapshot, client, from_text(name), now)
        return found.action, found.reason_code


def test_shipped_site_and_remote_lists_come_together(settings: Settings) -> None:
    settings.zones_dir.mkdir()
    (settings.zones_dir / "adult.txt").write_text("adult.example\n")
    (settings.zones_dir / "allow.txt").write_text("work.facebook.com\nbücher.example\n")
    assert decision(settings, "www.facebook.com") == ("deny", "WORKING_HOURS")
    assert decision(settings, "work.facebook.com") == ("permit", "ALLOW_LIST")
    assert decision(settings, "xn--bcher-kva.example") == ("permit", "ALLOW_LIST")
    assert decision(settings, "adult.example") == ("deny", "CATEGORY_DENIED")
    assert decision(settings, "example.org") == ("forward", "NOT_LISTED")


def test_a_public_suffix_in_an_own_list_is_refused_where_it_would_close(settings: Settings) -> None:
    settings.zones_dir.mkdir(exist_ok=True)
    path = settings.zones_dir / "social.txt"
    (settings.zones_dir / "allow.txt").write_text("gov.my\n")
    path.write_text("example.com\nblogspot.com\nfull:com.my\n")
    assert len(policy_document.site_rows(settings)) == 4
    path.write_text("example.com\ngov.my\n")
    with pytest.raises(BadInput, match=r"gov\.my is a public suffix") as caught:
        policy_document.all_rows(settings)
    assert (caught.value.file, caught.value.line) == (str(path), 2)


def test_a_list_by_url_closes_nothing_that_stays_open(settings: Settings) -> None:
    with web_server() as web:
        web.answers["/x"] = body(
            b"||remote.example^\n||google.com^\n||127.0.0.1^\n@@||good.remote.example^\n"
        )
        config = (CONFIG % web.url("/x")).replace("format: hosts", "format: auto")
        settings.file.write_text(config + "routes: {kept.example: ['10.0.0.1']}\n")
        fetched = load_settings(settings.file)
        around = look_around(fetched)
        open_names = policy_document.open_to(fetched, around, "social")
        source = replace(policy_document.remote_source(fetched.lists[0]), max_unusable=1.0)
        put(*remote_lists.refresh(source, policy_document.list_cache(fetched), open_names, NOON).files)
    assert decision(fetched, "remote.example") == ("deny", "WORKING_HOURS")
    assert decision(fetched, "a.good.remote.example") == ("forward", "NOT_LISTED")
    assert decision(fetched, "google.com") == ("forward", "NOT_LISTED")
    reads: list[ListRead] = []
    assert list(policy_document.each_row(fetched, around, reads))
    (read,) = [one for one in reads if one.list == "remote:remote"]
    assert (read.names, read.exceptions, read.stays_open, read.unusable) == (1, 1, 1, 1)


def test_the_last_good_copy_of_a_remote_list_counts(settings: Settings) -> None:
    with web_server() as web:
        web.answers["/x"] = body(b"0.0.0.0 remote.example\n")
        settings.file.write_text(CONFIG % web.url("/x"))
        fetched = load_settings(settings.file)
        source = policy_document.remote_source(fetched.lists[0])
        found = remote_lists.refresh(source, policy_document.list_cache(fetched), NOTHING, NOON)
        assert found.status == "updated"
        put(*found.files)
    assert decision(fetched, "remote.example") == ("deny", "WORKING_HOURS")
    [(_, tag)] = policy_document.remote_rows(fetched, fetched.lists[0], NOTHING, [])
    assert (tag.category, tag.service, tag.list) == ("social", "other", "remote:remote")
    next(policy_document.list_cache(fetched).glob("*.json")).write_text("{}")
    with pytest.raises(BadInput, match="damaged"):
        policy_document.all_rows(fetched)


def test_an_accepted_holiday_opens_the_day(settings: Settings) -> None:
    settings.calendar_dir.mkdir()
    calendar = settings.calendar_dir / "kl-2026.cal"
    calendar.write_text("accepted 2026-01-01T00:00:00Z by officer1: compared\nholiday 2026-08-10 Today\n")
    assert decision(settings, "facebook.com") == ("permit", "HOLIDAY_OPEN")


def test_an_exemption_opens_until_it_ends(settings: Settings) -> None:
    exemption = Exemption("", "hq", None, "social", None, "head", "page", starts=NOON, expires=NOON + 60)
    put(exemptions_store.with_one(settings.state_dir, exemption)[0])
    assert decision(settings, "facebook.com") == ("permit", "EXEMPTION")
    assert decision(settings, "facebook.com", NOON + 60) == ("deny", "WORKING_HOURS")
    assert policy_document.policy_document(settings, look_around(settings), NOON + 60).exemptions == ()


def test_the_document_says_how_to_answer(settings: Settings) -> None:
    with policy_document.temporary_snapshot(policy_document.assemble(settings, NOON)) as snapshot:
        assert (snapshot.sinkhole_ipv4, snapshot.sinkhole_ipv6) == ("10.0.0.5", "::")
        assert (snapshot.denied_ttl, snapshot.permitted_ttl) == (60, 300)
        assert "adult" in snapshot.categories


def read_all(settings: Settings) -> None:
    with policy_document.temporary_snapshot(policy_document.assemble(settings, NOON)):
        pass


@pytest.mark.parametrize("trouble", ["there is no folder", "it is full"])
def test_without_room_for_temporary_files_the_state_directory_is_used(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, trouble: str
) -> None:
    """A start compiles there: what it can do, `check` must not say that it cannot."""
    if trouble == "there is no folder":
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    else:
        real = write_index

        def write(path: Path, rows: Iterable[Row]) -> None:
            if not path.is_relative_to(settings.state_dir):
                for _ in rows:
                    pass
                raise OSError(28, "No space left on device", str(path))
            real(path, rows)

        monkeypatch.setattr(policy_document, "write_index", write)
    with pytest.raises(OSError, match=r"none|No space left"):
        read_all(settings)
    settings.state_dir.mkdir()
    assert decision(settings, "www.facebook.com") == ("deny", "WORKING_HOURS")
    assert list(settings.state_dir.iterdir()) == []


def test_a_bad_line_names_its_file(settings: Settings) -> None:
    settings.zones_dir.mkdir()
    (settings.zones_dir / "social.txt").write_text("a.example\n@@@\n")
    with pytest.raises(BadInput, match=r"zones/social.txt:2: "):
        read_all(settings)


def test_a_file_of_an_unknown_category_is_refused(settings: Settings) -> None:
    settings.zones_dir.mkdir()
    (settings.zones_dir / "socal.txt").write_text("a.example\n")
    with pytest.raises(BadInput, match="no category 'socal'; there are: adult, allow"):
        read_all(settings)


def test_a_schedule_that_only_the_calendar_breaks_is_an_error(settings: Settings) -> None:
    settings.calendar_dir.mkdir()
    (settings.calendar_dir / "kl-2026.cal").write_text("holiday 2026-08-10 Today\n")
    with pytest.raises(BadInput, match=r"kl-2026.cal: has no `accepted` line"):
        read_all(settings)


def test_the_catalogue_names_every_service(settings: Settings) -> None:
    found = [(one.id, one.name) for one in policy_document.services(settings)]
    assert found == [("facebook", "Facebook"), ("other", "remote")]
