from __future__ import annotations

from sm_dns.policy.status import ScheduleState, headline, next_edges, schedule_state, schedule_states
from tests.support.site import NOON, Site


def test_a_schedule_is_told_with_its_reason_and_its_end(site: Site) -> None:
    snapshot = site.compile().snapshot
    found = schedule_state(snapshot, "default", NOON + 0.5)
    assert found == ScheduleState(
        schedule="default",
        state="denied",
        in_force=True,
        reason_code="WORKING_HOURS",
        reason=found.reason,
        at="2026-08-10T12:00:00",
        next_transition="2026-08-10T13:00:00",
        seconds_to_transition=3599,
    )
    assert found.reason
    assert schedule_states(snapshot, NOON + 0.5) == [found]
    assert next_edges(snapshot, NOON) == {"default": NOON + 3600}
    assert headline(snapshot, NOON) == (
        "hq denied until 2026-08-10T13:00:00 Asia/Kuala_Lumpur; "
        "default denied until 2026-08-10T13:00:00 Asia/Kuala_Lumpur"
    )


def test_an_edge_belongs_to_what_comes_after_it(site: Site) -> None:
    snapshot = site.compile().snapshot
    assert schedule_state(snapshot, "default", NOON + 3600).state == "permitted"
    assert next_edges(snapshot, NOON + 3600) == {"default": NOON + 7200}


def test_a_schedule_that_is_not_in_force_yet_says_so(site: Site) -> None:
    text = site.config.read_text().replace("{default: {}}", "{default: {effective_from: 2026-08-11T00:00}}")
    site.config.write_text(text)
    snapshot = site.compile().snapshot
    assert schedule_state(snapshot, "default", NOON).in_force is False
    assert schedule_state(snapshot, "default", NOON + 12 * 3600).in_force is True
