"""A scenario that is misspelt is an error, and one that fails says what was expected."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from tests.scenarios.form import Misspelt, Question, read
from tests.scenarios.without_sockets import Desk

README = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")

GOOD = """\
title = "a name that is denied"

[[step]]
at = "2026-08-10T10:00:00"
ask = [{name = "www.facebook.com", answers = ["www.facebook.com. 60 A 0.0.0.0"], ede = [15, 4]}]
"""


def scenario(directory: Path, text: str) -> Path:
    path = directory / "one.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("title =", "titel =", "unknown key 'titel' in the file"),
        ("ede =", "ade =", r"unknown key 'ade' in step\[1\]\.ask\[1\]"),
        ("at =", "et =", r"unknown key 'et' in step\[1\]"),
        ("[[step]]", "[[steps]]", "unknown key 'steps'"),
        ("ask =", "questions =", "unknown key 'questions'"),
        ('name = "www.facebook.com", ', "", r"'name' is missing in step\[1\]\.ask\[1\]"),
        ("ede = [15, 4]", 'has = ["XX"]', "XX: not one of AA"),
        ("ede = [15, 4]", 'options = ["XX"]', "XX: not one of NSID"),
        ("ede = [15, 4]", 'over = "quic"', "quic: not one of udp"),
        ("ede = [15, 4]", "ede = 15", "is not a tuple: 15"),
        ("ede = [15, 4]", 'ede = ["15"]', "is not a list of whole numbers"),
        ("ede = [15, 4]", "asked = true", "is not a int: True"),
        ("60 A 0.0.0.0", "A 0.0.0.0", "neither a TTL"),
        ("at =", "after = 1\nat =", "needs `at` or"),
        ('at = "2026-08-10T10:00:00"', "after = 1", "needs `at` or"),
        (
            "[[step]]",
            "real = true\n[[step]]\nafter = 1\n[[step]]",
            "needs `at` or|without a question|is missing",
        ),
        (
            "[[step]]",
            '[[upstream]]\ntrouble = {"a.example" = "sleep"}\n[[step]]',
            "sleep: not one of silence",
        ),
        ("[[step]]", '[[exempt]]\ngroup = "office"\n[[step]]', r"'starts' is missing in exempt\[1\]"),
        ("ask =", "ask = [", "one.toml"),
    ],
)
def test_what_is_misspelt_is_told(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert old in GOOD
    read(scenario(tmp_path, GOOD))
    with pytest.raises(Misspelt, match=reason):
        read(scenario(tmp_path, GOOD.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("ask =", 'upstream = [{zone = ""}]\nask =', "no upstream of a step"),
        ('ask = [{name = "', 'ask = [{client = "10.0.0.1", name = "', "clients of 127.0.0.0/8 alone"),
    ],
)
def test_what_cannot_be_said_of_the_real_service_is_told(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    text = GOOD.replace(old, new, 1)
    read(scenario(tmp_path, text))
    with pytest.raises(Misspelt, match=reason):
        read(scenario(tmp_path, "real = true\n" + text))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("60 A 0.0.0.0", "61 A 0.0.0.0", "    answers: expected"),
        ("60 A 0.0.0.0", "<=59 A 0.0.0.0", "        www.facebook.com. 60 A 0.0.0.0"),
        ("60 A 0.0.0.0", "60 A 192.0.2.1", "        www.facebook.com. 60 A 192.0.2.1"),
        ("ede = [15, 4]", "ede = [15]", "    EDE: expected [15]"),
        ("ede = [15, 4]", 'ede = [15, 4], rcode = "NXDOMAIN"', "    rcode: expected NXDOMAIN"),
        ("ede = [15, 4]", 'ede = [15, 4], says = "nonsense"', "    EDE text: expected nonsense"),
        ("ede = [15, 4]", 'ede = [15, 4], has = ["AA"]', "    flags set: expected AA"),
        ("ede = [15, 4]", 'ede = [15, 4], lacks = ["RA"]', "    flags not set: expected RA"),
        ("ede = [15, 4]", "ede = [15, 4], asked = 1", "    questions to upstreams: expected 1"),
        ("ede = [15, 4]", 'ede = [15, 4], nsid = "me"', "    NSID: expected ['me']"),
        ("ede = [15, 4]", 'ede = [15, 4], authority = ["example. 1 A 1.1.1.1"]', "    authority: expected"),
    ],
)
def test_what_fails_is_told_as_text(tmp_path: Path, old: str, new: str, told: str) -> None:
    file = scenario(tmp_path, GOOD.replace(old, new, 1))
    desk = Desk(read(file), tmp_path)
    try:
        lines = desk.play()
    finally:
        desk.close()
    assert lines[0] == "step 1 (2026-08-10T10:00:00): www.facebook.com A for 127.0.0.1"
    assert told in lines


def test_the_example_of_the_readme_is_a_scenario_that_comes_out(tmp_path: Path) -> None:
    example = README.partition("```toml\n")[2].partition("```")[0]
    desk = Desk(read(scenario(tmp_path, example)), tmp_path)
    try:
        assert desk.play() == []
    finally:
        desk.close()


def test_the_readme_names_every_key_of_a_question() -> None:
    rows = [line.split("|")[1] for line in README.splitlines() if line.startswith("| `")]
    told = {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    assert told == {one.name.replace("klass", "class") for one in fields(Question)}
