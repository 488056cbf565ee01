"""Those who are said to validate, asked."""

from __future__ import annotations

import pytest

from sm_dns.doctor import validation
from sm_dns.doctor.validation import examine_validation
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.validation.three_names import Came, Outcome, ThreeNames

NAMES = ThreeNames("signed.example", "unsigned.example", "bogus.example")
PLAIN, OWN = UpstreamAddress("10.0.0.2", 53), UpstreamAddress("127.0.0.1", 53535, validates=True)


def answering(bogus: Came, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []

    def ask(server: UpstreamAddress, wanted: ThreeNames) -> Outcome:
        asked.append(str(server))
        return Outcome(str(server), wanted, "as expected", "as expected", bogus)

    monkeypatch.setattr(validation, "ask_three_names", ask)
    return asked


def test_only_who_is_said_to_validate_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering("as expected", monkeypatch)
    assert "no upstream is said" in str(examine_validation([PLAIN], NAMES, "c").good)
    assert asked == []
    found = examine_validation([PLAIN, OWN], NAMES, "c")
    assert found.is_well and str(found.good) == f"{OWN} refuse what is forged" and asked == [str(OWN)]


def test_one_that_answers_what_is_forged_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    answering("otherwise", monkeypatch)
    [one] = examine_validation([OWN], NAMES, "c").advice
    assert one.level == "error" and "sm-dns-unbound" in one.command
