from __future__ import annotations

import pytest
from pydantic import ValidationError

from sm_dns.settings.blocks.policy import BypassSettings, CalendarSettings, CategorySettings, GroupSettings
from sm_dns.settings.types import Block


def test_who_is_governed_is_under_enforce_unless_it_is_said() -> None:
    group = GroupSettings.model_validate_json('{"name": "hq", "clients": ["10.0.0.0/8"]}')
    assert (group.mode, group.schedule, group.clients) == ("enforce", None, ("10.0.0.0/8",))
    assert CategorySettings() == CategorySettings(action=None, answer=None)
    assert not BypassSettings().signals_in_monitor


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (GroupSettings, '{"name": "hq", "clients": []}'),
        (GroupSettings, '{"name": "hq", "clients": ["10.0.0.0/8"], "mode": "on"}'),
        (GroupSettings, '{"name": "hq", "clients": ["10.0.0.0/8"], "more": 1}'),
        (CategorySettings, '{"action": "block"}'),
        (CalendarSettings, '{"country": "my", "schedules": ["default"]}'),
        (CalendarSettings, '{"country": "MY", "schedules": []}'),
        (BypassSettings, '{"signals_in_monitor": "yes"}'),
    ],
)
def test_what_is_not_of_their_form_is_refused(block: type[Block], text: str) -> None:
    with pytest.raises(ValidationError):
        block.model_validate_json(text)
