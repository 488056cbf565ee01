from __future__ import annotations

from dataclasses import replace

from sm_dns.generation.monitoring import MonitoringPlan


def test_only_the_place_of_the_store_and_the_key_wait_for_the_next_start() -> None:
    plan = MonitoringPlan(True, "/s", "/k")
    assert replace(plan, leases=["/l"], staff_map="/m").start_settings() == plan.start_settings()
    assert replace(plan, store="/t").start_settings() != plan.start_settings()
    assert replace(plan, enabled=False).start_settings() == plan.start_settings()
