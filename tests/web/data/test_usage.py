"""The figures of a selection out of a real store, as they are kept."""

from __future__ import annotations

import pytest

from sm_dns.util.errors import BadInput
from sm_dns.web.data.usage import Figures
from sm_dns.web.data.usage_figures import computing
from sm_dns.web.interface.request_fields import read
from sm_dns.web.views.usage_selection import FIELDS, anything
from tests.support.dashboard import Dashboard
from tests.web.conftest import AUDIT, FINANCE, LIBRARY


def figures(dashboard: Dashboard, **asked: str) -> Figures:
    return computing(dashboard.desk)(anything(dashboard.desk, read(FIELDS, asked)))


def test_the_three_tables_agree(used: Dashboard) -> None:
    found = figures(used)
    assert found.usage.total.count == sum(each.count or 0 for each in found.departments)
    assert [each.count for each in found.departments] == [AUDIT, FINANCE, LIBRARY]
    assert sum((each.permitted or 0) + (each.denied or 0) for each in found.services) == found.usage.queries
    assert len(found.usage.per_day) == len(found.usage.heat) == 7


def test_a_department_has_each_day_and_each_hour(used: Dashboard) -> None:
    finance = next(each for each in figures(used).departments if each.department == "Finance")
    assert [each.count for each in finance.per_day].count(FINANCE) == 1
    assert [each.hour for each in finance.per_hour] == list(range(24))
    assert finance.per_hour[9].count == FINANCE
    assert (finance.base, finance.percent) == (520, "26.35")


def test_a_selection_that_meets_nobody_is_empty(used: Dashboard) -> None:
    found = figures(used, first="2026-01-01", last="2026-01-02")
    assert (found.usage.total.count, found.usage.coverage.data) == (None, False) and not found.services


def test_a_store_that_is_none_is_said(dashboard: Dashboard) -> None:
    place = dashboard.state / "monitor" / "usage.db"
    with pytest.raises(BadInput, match="the store cannot be read"):
        figures(dashboard)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"no database" * 500)
    with pytest.raises(BadInput, match="the store cannot be read"):
        figures(dashboard)
