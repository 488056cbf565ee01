from __future__ import annotations

from sm_dns.settings.own_words import own_words


def test_keys_and_choices_at_any_depth_are_the_projects() -> None:
    words = own_words()
    assert {
        "listen",
        "monitoring",
        "small_cell",
        "contact",
        "enforce",
        "monitor",
        "letterhead",
        "host",
    } <= words
    assert not {"putrajaya", "10.0.0.0/8"} & words
