from __future__ import annotations

from datetime import date

import pytest

from sm_dns.policy import schedule_versions
from sm_dns.policy.calendar import DayClass
from sm_dns.policy.schedule import DEFAULTS
from sm_dns.util.errors import BadInput


def test_what_is_written_is_read() -> None:
    text = schedule_versions.write(
        {"default": {"rest": ["12:00", "13:00"], "holidays": {"2026-08-31": "Hari Kebangsaan"}}}
    )
    found = schedule_versions.read(text)["default"]
    assert found.hours.rest == ((720, 780),)
    assert found.calendar.class_of(date(2026, 8, 31)) is DayClass.HOLIDAY_OPEN


def test_defaults_that_are_written_out_change_nothing_and_anything_else_does() -> None:
    plain = schedule_versions.write({"default": {}})
    assert schedule_versions.write({"default": dict(DEFAULTS)}) == plain
    assert schedule_versions.write({"default": {"keeps": "circular"}}) == plain
    others: tuple[dict[str, dict[str, str]], ...] = (
        {"default": {"after_start": "17:00"}},
        {"other": {}},
        {"default": {}, "other": {}},
        {},
    )
    versions = {schedule_versions.version(schedule_versions.write(each)) for each in others}
    assert len(versions | {schedule_versions.version(plain)}) == 5
    assert all(len(each) == schedule_versions.DIGITS for each in versions)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"default": 3}', '{"default": {"rets": []}}', '{"default": {"rest": 780}}']
)
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        schedule_versions.read(text)
