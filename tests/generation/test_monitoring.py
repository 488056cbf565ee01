from __future__ import annotations

from dataclasses import replace

from tests.support.contracts import MONITORING_PLAN, lease_file


def test_only_the_place_of_the_store_and_the_key_wait_for_the_next_start() -> None:
    plan = MONITORING_PLAN
    assert replace(plan, leases=(lease_file("/l"),), staff_map="/m").start_settings() == plan.start_settings()
    assert replace(plan, store="/t").start_settings() != plan.start_settings()
    assert replace(plan, enabled=False).start_settings() == plan.start_settings()
