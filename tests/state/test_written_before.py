"""State that an earlier version wrote is taken up. `tests/data/written_before` holds it as it was written then.

A generation is no state: an upgrade compiles another. It is there in the form of today, and one of another form is
refused as a whole; then the service looks further, as where it is damaged.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from sm_dns.admin.listing.never_close import NOTHING
from sm_dns.admin.policy_document import remote_source
from sm_dns.admin.remote_lists import load_cached
from sm_dns.builder.process import compile_generation
from sm_dns.control.first_generation import first_generation, last_good
from sm_dns.generation.service import SERVICE_FILE, read_service
from sm_dns.history.past import Held, kept
from sm_dns.history.shelf import Shelf
from sm_dns.monitor.pseudonym import load_or_make
from sm_dns.policy import snapshot
from sm_dns.policy.exemptions import Exemption
from sm_dns.portal.acknowledgements import Acknowledgements
from sm_dns.portal.settings import PORTAL_FILE, read_details
from sm_dns.serve import worker_settings
from sm_dns.serve.worker_settings import RESOLVER_FILE, read_settings
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.state import audit, exemptions_store, person_requests, report_months, transitions
from sm_dns.state.audit import Trail
from sm_dns.state.dashboard_accounts import FOLDER
from sm_dns.state.lists import kept_lists, list_checks
from sm_dns.state.transitions import Flip
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding
from sm_dns.web.auth.accounts import Accounts
from sm_dns.web.auth.codes import UsedCodes
from sm_dns.web.auth.throttle import FILE as LOCKOUTS
from sm_dns.web.auth.throttle import Throttle
from tests.support.processes import REPOSITORY
from tests.support.rows import START, pseudonym
from tests.support.site import NOON
from tests.support.stores import reading

WRITTEN = REPOSITORY / "tests" / "data" / "written_before"
TOKEN = "smdns_" + "NNXQTXiL5sELxydrAatIiLi_vZJ2v8W1CM4JBVCwvxo"
TOTP, USED = "JBSWY3DPEHPK3PXP" * 2, "561694"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The folder of a site, with the state in `var` that an earlier version left."""
    shutil.copytree(WRITTEN / "state", tmp_path / "var")
    _put(WRITTEN / "sm-dns.yaml", tmp_path / "sm-dns.yaml", tmp_path)
    (tmp_path / "leases").touch()
    return tmp_path


def _put(source: Path, target: Path, house: Path) -> None:
    target.write_text(source.read_text().replace("HOUSE", str(house)))


@pytest.fixture
def settings(house: Path) -> Settings:
    return load_settings(house / "sm-dns.yaml")


@pytest.fixture
def generation(house: Path) -> Path:
    """One of the form of today, the newest on the disk."""
    directory = compile_generation(house / "sm-dns.yaml", NOON)
    for name in (SERVICE_FILE, PORTAL_FILE, RESOLVER_FILE):
        _put(WRITTEN / "generation" / name, directory / name, house)
    return directory


def test_the_audit_is_whole_and_goes_on(house: Path) -> None:
    path = house / "var" / audit.FILE
    assert (audit.verify(path).records, audit.verify(path).problem) == (4, None)
    Trail(path, "officer1").note("cache flush", "example.org")
    assert audit.verify(path).ok
    actions = [record.action for record in audit.read(path)]
    assert actions == ["exempt add", "domains add", "lists refresh", "store hold add", "cache flush"]


def test_policies_that_were_in_force_are_told_on(house: Path) -> None:
    shelf = Shelf(house / "var")
    (one,) = kept(shelf)
    assert isinstance(one, Held)
    assert (one.version.since, one.version.lost_since) == (NOON, NOON - 59.5)
    assert [cause.who for cause in one.version.causes] == ["officer1", ""]
    assert str(one.version.difference[0]) == "group hq: the mode is enforce; it was monitor"
    policy = snapshot.without_names(shelf.document(one.version))
    assert [exemption.approver for exemption in policy.clients.exemptions] == ["officer2"]


def test_exemptions_hold_on(house: Path) -> None:
    assert exemptions_store.load(house / "var") == [
        Exemption(
            id="7adc545b",
            group="hq",
            network=None,
            category="social",
            service=None,
            approver="officer2",
            reason="kursus",
            starts=1795907272,
            expires=1795993672,
        )
    ]


def test_lists_that_vanished_stay_in_force(house: Path) -> None:
    files, vanished = kept_lists.site_files(house / "zones", house / "var")
    assert [path.name for path in vanished] == ["social.txt", "streaming.txt"]
    assert [path.read_text().split()[-1] for path in files] == ["new.example", "film.example"]


def test_remote_lists_are_the_last_good_ones(house: Path, settings: Settings) -> None:
    cached = load_cached(remote_source(settings.lists[0]), house / "var" / list_checks.CACHE, NOTHING)
    assert cached is not None
    assert (cached.read.names, cached.note.url) == (2, "http://lists.example.net/big.txt")
    fetched = 1795907274.7130098
    assert list_checks.due(house / "var", "big", 60.0, fetched + 5) == fetched + 60.0


def test_what_happened_is_on_record(house: Path) -> None:
    assert list(transitions.read(house / "var")) == [
        Flip("2026-08-10T05:00:00Z", "default", "permitted", "REST", 3),
        Flip("2026-08-10T06:00:00Z", "default", "denied", "WORKING_HOURS", 4),
    ]
    assert report_months.load(house / "var") == {"heads": "2026-07"}
    (request,) = person_requests.load(house / "var")
    assert (request.staff, request.first, request.last) == ("ali", date(2026, 8, 1), date(2026, 8, 7))
    assert (request.approver, request.approved) == ("officer2", NOON + 60)


def test_whoever_could_come_in_can_and_whoever_could_not_cannot(house: Path) -> None:
    state = house / "var"
    accounts = Accounts(state)
    assert [(user.name, user.role) for user in accounts.book().users] == [("officer1", "admin")]
    token = accounts.token(TOKEN, NOON)
    assert token is not None and (token.label, token.role) == ("graf", "auditor")
    assert Throttle(state / FOLDER / LOCKOUTS).begin(("user officer1",), NOON + 1).wait > 0
    assert not UsedCodes(state).accept("officer1", TOTP, USED, NOON)


def test_acknowledgements_are_kept_beside_new_ones(house: Path) -> None:
    file = house / "var" / "acknowledged.jsonl"
    Acknowledgements().note(str(file), "Pegawai Dua", "411695eef406", "10.0.0.2", NOON)
    assert [json.loads(line)["who"] for line in file.read_text().splitlines()] == [
        "Pegawai Satu",
        "Pegawai Dua",
    ]


def test_counts_are_read_under_the_same_key(house: Path) -> None:
    place, key = house / "usage.db", house / "pseudonym.key"
    with sqlite3.connect(place) as database:
        database.executescript((WRITTEN / "usage.sql").read_text())
    key.write_text((WRITTEN / "pseudonym.hex").read_text())
    key.chmod(0o600)
    with reading(place) as store:
        assert store.query("SELECT key_id FROM secret") == [(load_or_make(key).key_id,)]
        members = store.query("SELECT pseudonym FROM member ORDER BY number")
        assert {bytes(member) for (member,) in members} == {pseudonym("ali"), pseudonym("officer4")}
        assert store.query("SELECT hour, persons, queries FROM cell WHERE label = 0") == [
            (START // 3600, 2, 4)
        ]
        assert store.query("SELECT reason, lost FROM gap") == [("worker lost", 2)]
        assert store.query("SELECT reason, by_whom FROM hold") == [("inquiry", "root")]


def test_a_generation_is_read_whole(house: Path, generation: Path) -> None:
    service, details, settings = read_service(generation), read_details(generation), read_settings(generation)
    assert (service.listen, service.http) == ((("127.0.0.1", 5335),), (("127.0.0.1", 8080),))
    assert service.web.plain == (("127.0.0.1", 8053),)
    assert service.lan is not None and service.lan.domain == "office.example"
    assert (service.reports, service.lists) == ({"heads": 3}, {"big": 86_400})
    assert all(isinstance(finding, Finding) for finding in service.findings)
    assert (details.agency.ms, details.contact, details.name) == ("Jabatan", "Bilik Satu", "notis.example")
    assert settings.upstreams == (("192.0.2.1", 53, "udp", "", "", "", False),)
    assert worker_settings.load(generation).monitored


def test_a_broken_configuration_begins_with_it(house: Path, generation: Path) -> None:
    config = house / "sm-dns.yaml"
    config.write_text(config.read_text() + "workrs: 2\n")
    first, trouble = asyncio.run(first_generation(config, 0.0))
    assert first.directory == generation
    assert "did you mean 'workers'" in str(trouble)


@pytest.mark.parametrize(
    ("key", "value"), [("lan", None), ("listen", None), ("left_out", 5), ("of_a_later_version", 1)]
)
def test_one_of_another_form_is_passed_over(house: Path, generation: Path, key: str, value: object) -> None:
    """A key that is missing (None), of another type, or unknown: nothing is made up for it."""
    newer = compile_generation(house / "sm-dns.yaml", NOON)
    written = json.loads((newer / SERVICE_FILE).read_text())
    written = {name: found for name, found in written.items() if name != key}
    (newer / SERVICE_FILE).write_text(json.dumps(written if value is None else {**written, key: value}))
    found = last_good(house / "sm-dns.yaml")
    assert found is not None and found.directory == generation
    found.snapshot.names.close()
    (generation / SERVICE_FILE).write_text("{}")
    assert last_good(house / "sm-dns.yaml") is None
    with pytest.raises(BadInput, match=f"{SERVICE_FILE}: not a generation: "):
        read_service(newer)
