from __future__ import annotations

import json

from sm_dns.policy.denials.structured_error import StructuredErrors
from sm_dns.policy.windows import Schedule
from tests.policy.office import HQ, at, office
from tests.policy.test_decide import ask
from tests.support.desk import JKDM

DEFAULT = Schedule.from_json({})
NOW = at("2026-08-10T10:00")


def test_members_and_their_order_of_leaving_out() -> None:
    decision = ask(office(), HQ, "facebook.com", NOW)
    given = StructuredErrors(15, ("mailto:ctm@agency.gov.my", "tel:+60-3-1234"), "Jabatan Contoh")
    whole, bare, empty = given.texts(decision, DEFAULT, JKDM)
    assert json.loads(whole) == {
        "c": ["mailto:ctm@agency.gov.my", "tel:+60-3-1234"],
        "s": 5,
        "j": "JKDM 2/2010 para 5: Waktu bekerja; dibenarkan semula 10 Ogos, 1.00 tgh hari",
        "o": "Jabatan Contoh",
        "l": "ms",
    }
    assert json.loads(bare) == {"c": ["mailto:ctm@agency.gov.my", "tel:+60-3-1234"], "s": 5}
    assert empty == ""
    assert ": " not in bare
    assert len(whole.encode()) < 400


def test_what_is_not_known_is_left_out() -> None:
    whole, bare, _ = StructuredErrors(15).texts(ask(office(), HQ, "youtube.com", NOW), DEFAULT, JKDM)
    assert set(json.loads(whole)) == {"s", "j", "l"}
    assert bare == '{"s":5}'
