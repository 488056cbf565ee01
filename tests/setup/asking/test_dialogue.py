"""The questions are asked one after the other, and again where an answer does not do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from sm_dns.setup.asking.dialogue import MAX_TRIES, agreed, ask_all
from sm_dns.setup.asking.questions import QUESTIONS, answers
from sm_dns.setup.host import Host
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from tests.support.setting_up import known

NOWHERE = Host(Path("/nonexistent"))


class Typist:
    """Types these answers, and Enter from then on."""

    def __init__(self, typed: Iterable[str] = ()) -> None:
        self.said: list[str] = []
        self.offered: list[str] = []
        self._typed = iter(typed)

    def say(self, said: Message) -> None:
        self.said.append(str(said))

    def ask(self, offered: str) -> str:
        self.offered.append(offered)
        return next(self._typed, "")

    def word(self, said: Message) -> str:
        return str(said)


def test_every_question_that_applies_is_asked_with_its_help_and_what_enter_means() -> None:
    typist = Typist(["", "", "", "", "", "", "Jabatan Contoh", "", "ICT"])
    found = answers(ask_all(known(NOWHERE), typist))
    assert found.agency_en == "Jabatan Contoh"
    assert typist.offered[0] == "10.0.0.5, fd00::5, 127.0.0.1, ::1"
    asked = [each for each in QUESTIONS if str(each.text) in typist.said]
    left_out = {each.name for each in QUESTIONS} - {each.name for each in asked}
    assert left_out == {"free_port", "certificate", "key"}
    assert all(f"  {each.help}" in typist.said for each in asked)
    assert typist.offered[-1] == "yes"


def test_a_wrong_answer_is_told_and_asked_again() -> None:
    typist = Typist(["10.0.0.9", "0.0.0.0", "perhaps", "no", "", "", "", "", "", "X", "", "ICT"])
    found = answers(ask_all(known(NOWHERE), typist))
    assert (found.listen, found.free_port) == (("0.0.0.0",), False)
    refused = [each for each in typist.said if each.startswith("  not so: ")]
    assert len(refused) == 2
    assert "this host has no address 10.0.0.9" in refused[0] and "neither yes nor no" in refused[1]


def test_who_never_answers_is_not_asked_for_ever() -> None:
    with pytest.raises(BadInput, match=f"no answer in {MAX_TRIES} tries"):
        ask_all(known(NOWHERE), Typist(["x"] * 2 * MAX_TRIES))
    with pytest.raises(BadInput, match="no answer"):
        agreed(Message("Shall this be done?"), Typist(["x"] * 2 * MAX_TRIES), enter=True)


@pytest.mark.parametrize(
    ("typed", "enter", "means"),
    [
        ("", True, True),
        ("", False, False),
        ("y", False, True),
        ("ya", True, True),
        ("no", True, False),
        ("T", False, False),
    ],
)
def test_what_enter_means_is_said_and_yes_and_no_are_what_they_are(
    typed: str, enter: bool, means: bool
) -> None:
    typist = Typist([typed])
    assert agreed(Message("Shall this be done?"), typist, enter=enter) is means
    assert typist.offered == ["yes" if enter else "no"]
