"""What pages and interface work with: files read anew when they change, and only then."""

from __future__ import annotations

import pytest

from sm_dns.admin import site_lists
from sm_dns.dns.names import from_text
from sm_dns.state import audit
from sm_dns.util.errors import BadInput
from sm_dns.web.auth.roles import Person
from sm_dns.web.auth.sessions import Session
from sm_dns.web.data import backend as module
from sm_dns.web.data.backend import MAX_RECORDS
from tests.support.changes import put
from tests.support.dashboard import Dashboard

OFFICER = Person("officer1", "admin")


def test_settings_are_read_again_when_the_file_changes(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = dashboard.desk.settings()
    assert dashboard.desk.settings() is first
    dashboard.config.write_text(dashboard.config.read_text() + "workers: 3\n")
    assert dashboard.desk.settings().workers == 3
    dashboard.config.write_text(dashboard.config.read_text().replace("workers: 3", "workers: three"))
    with pytest.raises(BadInput, match="workers"):
        dashboard.desk.settings()


def test_rows_follow_the_sites_own_lists(dashboard: Dashboard) -> None:
    rows = dashboard.desk.rows()
    assert dashboard.desk.rows() is rows
    put(site_lists.added(dashboard.desk.settings().zones_dir, "social", [from_text("a.example")]))
    assert from_text("a.example") in {entry.name for entry, _ in dashboard.desk.rows()}


def test_the_policy_is_the_one_in_force(dashboard: Dashboard) -> None:
    first = dashboard.desk.policy()
    assert dashboard.desk.policy() is first
    dashboard.desk.reload()
    assert dashboard.desk.policy() is not first


def test_a_schedule_is_found_by_name_and_the_default_one_without(dashboard: Dashboard) -> None:
    name, schedule = dashboard.desk.schedule()
    assert (name, dashboard.desk.schedule("default")[1]) == ("default", schedule)
    with pytest.raises(BadInput, match="there is no schedule 'night'"):
        dashboard.desk.schedule("night")


def test_the_audit_keeps_its_last_records_and_says_where_it_is_broken(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_RECORDS", 3)
    assert MAX_RECORDS > 3
    trail = dashboard.desk.trail(OFFICER)
    for number in range(5):
        trail.note("x", str(number))
    found = dashboard.desk.audited()
    assert found.verdict.ok and found.verdict.records == 5
    assert [each.target for each in found.records] == ["2", "3", "4"]
    path = dashboard.state / audit.FILE
    path.write_bytes(path.read_bytes().replace(b'"target":"1"', b'"target":"9"', 1))
    broken = dashboard.desk.audited().verdict
    assert not broken.ok and broken.line == 2


def test_a_change_says_by_which_way_it_came(dashboard: Dashboard) -> None:
    session = Session("officer1", "kept", "csrf", 0.0, 0.0)
    dashboard.desk.trail(OFFICER).note("x", "a")
    dashboard.desk.trail(Person("officer1", "admin", session=session)).note("x", "b")
    ways = [each.detail["through"] for each in dashboard.desk.audited().records]
    assert ways == ["token", "dashboard"]


def test_a_service_that_keeps_its_old_policy_is_told(dashboard: Dashboard) -> None:
    dashboard.desk.silent = True
    with pytest.raises(BadInput, match="keeps its old policy: it does not answer"):
        dashboard.desk.reload()


def test_a_rehearsal_has_another_now_and_the_same_true_time(dashboard: Dashboard) -> None:
    dashboard.desk._rehearsal = 60.0
    assert dashboard.desk.now() == dashboard.desk.true_now() + 60.0
