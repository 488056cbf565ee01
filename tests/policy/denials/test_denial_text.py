from __future__ import annotations

from sm_dns.policy.decide import Decision
from sm_dns.policy.denials import denial_text
from sm_dns.policy.denials.denial_text import CITATION_BYTES, NO_CITATION, Citation
from sm_dns.policy.windows import Schedule, state_at
from tests.policy.office import HQ, UMP, at, office
from tests.policy.test_decide import ask
from tests.support.desk import JKDM

DEFAULT = Schedule.from_json({})


def test_a_denied_answer_names_the_paragraph_and_the_next_opening() -> None:
    decision = ask(office(), HQ, "facebook.com", at("2026-08-10T10:00"))
    assert denial_text.ede_text(decision, DEFAULT, JKDM) == (
        "JKDM 2/2010 para 5: Waktu bekerja; dibenarkan semula 10 Ogos, 1.00 tgh hari"
        " / Working hours; permitted from 10 Aug 13:00"
    )


def test_other_denied_answers() -> None:
    texts = {
        name: denial_text.ede_text(ask(office(), HQ, name, at("2026-08-10T10:00")), DEFAULT, JKDM)
        for name in ("youtube.com", "dns.google", "mask.icloud.com", "games.example")
    }
    assert (
        texts["youtube.com"]
        == "JKDM 2/2010 para 7.7: Media penstriman dilarang / Streaming media not permitted"
    )
    assert len(set(texts.values())) == 4
    assert all(" / " in text and len(text.encode()) <= denial_text.EDE_BYTES for text in texts.values())


def test_only_a_denied_answer_has_a_text() -> None:
    snapshot = office()
    for address, name, now in (
        (HQ, "facebook.com", "13:00"),
        (UMP, "youtube.com", "10:00"),
        (HQ, "www.example", "10:00"),
    ):
        assert (
            denial_text.ede_text(ask(snapshot, address, name, at(f"2026-08-10T{now}")), DEFAULT, JKDM) == ""
        )


def test_the_text_is_short_on_every_date_and_in_every_wording() -> None:
    strict = Schedule.from_json({"weekend_mode": "closed", "no_after_hours_weekdays": ["FRI"]})
    for day in range(366):
        for schedule in (DEFAULT, strict):
            opens_at = at("2028-01-01T13:00") + day * 86400
            text = denial_text.ede_text(Decision("deny", "WORKING_HOURS", opens_at=opens_at), schedule, JKDM)
            assert len(text.encode()) <= denial_text.EDE_BYTES
    never = denial_text.ede_text(Decision("deny", "WEEKEND_CLOSED"), strict, JKDM)
    assert "No access hours are scheduled" in never
    assert len(never.encode()) <= denial_text.EDE_BYTES


def test_a_stretch_over_nights_and_rest_days_is_not_called_working_hours() -> None:
    strict = Schedule.from_json({"weekend_mode": "closed", "no_after_hours_weekdays": ["FRI"]})
    texts = set()
    for now in (
        "2026-08-14T15:00",
        "2026-08-14T20:00",
        "2026-08-16T12:00",
        "2026-08-17T03:00",
        "2026-08-17T12:59",
    ):
        state = state_at(strict, at(now))
        decision = Decision("deny", state.reason_code, opens_at=state.until)
        texts.add(denial_text.ede_text(decision, strict, JKDM))
    # One text all through the stretch, whatever the reason of the moment.
    assert texts == {
        "JKDM 2/2010 para 5: Dibenarkan semula 17 Ogos, 1.00 tgh hari / Permitted from 17 Aug 13:00"
    }


UMP_LETTER = Citation("UMP 25.2.2010", "", "")


def test_another_agency_is_told_its_own_instrument() -> None:
    """What no paragraph of it says rests on nothing of it."""
    closed = ask(office(), HQ, "facebook.com", at("2026-08-10T10:00"))
    assert denial_text.ede_text(closed, DEFAULT, UMP_LETTER) == (
        "UMP 25.2.2010: Waktu bekerja; dibenarkan semula 10 Ogos, 1.00 tgh hari"
        " / Working hours; permitted from 10 Aug 13:00"
    )
    streaming = ask(office(), HQ, "youtube.com", at("2026-08-10T10:00"))
    assert denial_text.ede_text(streaming, DEFAULT, UMP_LETTER) == (
        "Media penstriman dilarang / Streaming media not permitted"
    )
    assert denial_text.ede_text(closed, DEFAULT, NO_CITATION).startswith("Waktu bekerja; ")


def test_the_longest_reference_leaves_room_in_every_wording() -> None:
    longest = Citation("R" * (CITATION_BYTES - len(" para 5: ")), "5", "5")
    assert len(longest.of_hours()) == len(longest.of_streaming()) == CITATION_BYTES
    strict = Schedule.from_json({"weekend_mode": "closed", "rest": ["12:15", "14:45"]})
    codes: list[tuple[str, int | None]] = [("STREAMING", None), ("WEEKEND_CLOSED", None)]
    codes += [("WORKING_HOURS", at("2028-01-01T00:00") + hour * 3600) for hour in range(366 * 24)]
    for code, opens_at in codes:
        for schedule, citation in ((DEFAULT, longest), (strict, longest), (strict, JKDM)):
            text = denial_text.ede_text(Decision("deny", code, opens_at=opens_at), schedule, citation)
            assert len(text.encode()) <= denial_text.EDE_BYTES, text
