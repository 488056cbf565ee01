"""Why was this closed at 10:12? By the policy that was in force then, and no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sm_dns.admin import switch_changes
from sm_dns.diagnose.explainer import Explainer, Explanation, explainer_of
from sm_dns.diagnose.past import Question, explain_past
from sm_dns.dns.names import from_text
from sm_dns.history import shelf as shelves
from sm_dns.history.keeper import Keeper
from sm_dns.history.shelf import Shelf
from sm_dns.policy.clients.switches import Switch
from sm_dns.policy.exemptions import Exemption
from sm_dns.policy.explain import WhoAsks
from sm_dns.state import exemptions_store, switches_store
from sm_dns.state.audit import Trail
from sm_dns.util.typed_json import to_json
from tests.support.changes import put
from tests.support.site import NOON, Site

ZONE = ZoneInfo("Asia/Kuala_Lumpur")
Ask = Callable[..., Explanation]


@pytest.fixture
def ask(site: Site) -> Ask:
    """Explains at an instant by the history of a site; what is in force is what its files say."""
    shelf = Shelf(site.state)

    def known_as(named: Iterable[str]) -> tuple[str, ...]:
        return tuple({"device:3c:22:fb:01:02:03"}.intersection(named))

    def explain(at: float, name: str = "facebook.com", in_force: str | None = None) -> Explanation:
        directory = site.compile().directory
        asked = Question(WhoAsks("10.0.0.7"), from_text(name), "A", at, None)
        return explain_past(explainer_of(directory), shelf, in_force, asked, ZONE, known_as)

    return explain


def keep(site: Site, since: float) -> str:
    """Put what the files say in force at an instant; its version."""
    made = site.compile(since)
    Keeper(site.state).keep(made, since, since)
    return made.snapshot.version


def test_a_rule_that_is_gone_answers_for_its_time(site: Site, ask: Ask) -> None:
    site.list("streaming", "film.example")
    keep(site, NOON)
    site.list("streaming", "other.example")
    keep(site, NOON + 60)
    then = ask(NOON + 59, "film.example")
    assert (then.decision, then.reason_code, then.list) == ("deny", "STREAMING", "site:streaming.txt")
    assert then.by is not None and then.today is not None
    assert (then.by.id, then.by.since, then.by.until) == (1, "2026-08-10T12:00:00", "2026-08-10T12:01:00")
    assert (then.today.decision, then.today.reason_code) == ("forward", "NOT_LISTED")
    later = ask(NOON + 60, "film.example")
    assert later.by is not None
    assert (later.decision, later.by.id, later.by.until, later.today) == ("forward", 2, None, None)


def test_an_exemption_of_a_device_that_has_ended_answers_for_its_time(site: Site, ask: Ask) -> None:
    """Today's policy asks for nobody: what the client is known as is asked for that of then."""
    granted = Exemption(
        id="e1",
        group=None,
        network=None,
        category=None,
        service="facebook",
        approver="Head of unit",
        reason="press day",
        starts=int(NOON),
        expires=int(NOON) + 600,
        who="device:3c:22:fb:01:02:03",
    )
    file, stored = exemptions_store.with_one(site.state, granted)
    put(file)
    keep(site, NOON)
    (site.state / "exemptions.json").write_text("[]")
    keep(site, NOON + 60)
    then = ask(NOON + 30)
    assert then.exemption is not None and then.exemption.id == stored.id
    assert (then.decision, then.who_not_kept) == ("permit", True)
    assert then.today is not None and then.today.decision == "deny"
    assert ask(NOON + 90).decision == "deny"


def test_an_exemption_that_has_ended_is_named_with_approver_and_reason(site: Site, ask: Ask) -> None:
    granted = Exemption(
        id="e1",
        group="hq",
        network=None,
        category=None,
        service="facebook",
        approver="Head of unit",
        reason="press day",
        starts=int(NOON),
        expires=int(NOON) + 600,
    )
    file, stored = exemptions_store.with_one(site.state, granted)
    put(file)
    keep(site, NOON)
    exemptions_store.expire(
        site.state, NOON + 600, Trail(site.state / "audit.jsonl", "service", lambda: NOON)
    )
    keep(site, NOON + 601)
    then = ask(NOON + 599)
    assert then.decision == "permit" and then.exemption is not None and then.today is not None
    assert (then.exemption.id, then.exemption.approver, then.exemption.reason) == (
        *(stored.id, "Head of unit", "press day"),
    )
    assert then.today.decision == "deny"
    assert ask(NOON + 600).decision == "deny"  # by itself, a second before that was published


def test_what_is_not_kept_is_said_and_today_answers_in_the_open(site: Site, ask: Ask) -> None:
    before = ask(NOON)
    assert before.by is None and "no policy of the past is kept" in str(before.not_kept)
    keep(site, NOON)
    early = ask(NOON - 1)
    assert early.by is None and "begins at 2026-08-10T12:00:00" in str(early.not_kept)
    assert replace(early, not_kept=None) == replace(early, not_kept=None, today=None)


def test_a_policy_in_force_that_is_not_in_the_history_is_not_passed_over(site: Site, ask: Ask) -> None:
    version = keep(site, NOON)
    assert ask(NOON + 60, in_force=version).by is not None
    other = ask(NOON + 60, in_force="another")
    assert other.by is None and "the policy in force is not in the history" in str(other.not_kept)


def test_a_version_whose_names_are_gone_answers_nothing(site: Site, ask: Ask) -> None:
    keep(site, NOON)
    for each in Path(site.state / shelves.FOLDER).glob("names-*"):
        each.unlink()
    assert "cannot be read" in str(ask(NOON + 1).not_kept)


def test_a_switch_that_is_over_answers_for_its_time_up_to_the_second_at_which_it_was_ended(
    site: Site, ask: Ask
) -> None:
    keep(site, NOON)
    clock = [NOON + 10.0]
    trail = Trail(site.state / "audit.jsonl", "o", lambda: clock[0], {"through": "dashboard"})
    wanted = Switch("new", "pause", None, None, (), "CTM", "briefing", int(NOON) + 10, int(NOON) + 610)
    with trail.turn() as turn:
        file, stored = switches_store.with_one(site.state, wanted)
        turn.change("switch pause", stored.id, why="briefing", detail=to_json(stored), files=[file])
    clock[0] = NOON + 70.0
    switch_changes.resume(site.state, (), clock[0], why="over", trail=trail)
    told = {second: ask(NOON + second, "netflix.com") for second in (9, 10, 69, 70)}
    assert [one.reason_code for one in told.values()] == ["STREAMING", "PAUSED", "PAUSED", "STREAMING"]
    paused = told[10]
    assert paused.switch is not None and (paused.switch.by, paused.switch.reason) == ("CTM", "briefing")
    assert paused.today is not None and paused.today.reason_code == "STREAMING"


def test_an_explainer_by_another_policy_leaves_the_first_as_it_is(site: Site) -> None:
    site.list("streaming", "film.example")
    first: Explainer = explainer_of(site.compile().directory)
    site.list("streaming", "other.example")
    other = first.by(site.compile().snapshot)
    name = from_text("film.example")
    assert first.explain(WhoAsks("10.0.0.7"), name, "A", NOON).decision == "deny"
    assert other.explain(WhoAsks("10.0.0.7"), name, "A", NOON).decision == "forward"
