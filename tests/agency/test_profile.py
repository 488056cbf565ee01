from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.agency import profile
from sm_dns.agency.profile import MAX_PROFILE, SHIPPED, read_profile, shipped
from sm_dns.policy.denials.denial_text import CITATION_BYTES, Citation
from sm_dns.util.errors import BadInput

UMP = Path(profile.__file__).parent / "profiles" / "ump.toml"


def test_all_paragraphs_of_the_circular_that_bind_users_are_there() -> None:
    """NOT-3."""
    duties = shipped("jkdm").instrument.duties
    wanted = [f"3.{n}" for n in range(1, 4)]
    assert [number for number, _ in duties[0].paragraphs[: duties[0].on_block_page]] == wanted
    wanted += [f"6.{n}" for n in range(1, 6)] + [f"7.{n}" for n in range(1, 8)] + ["8", "9", "10"]
    assert [number for section in duties for number, _ in section.paragraphs] == wanted
    assert len({text for section in duties for _, text in section.paragraphs}) == 18


def test_the_letters_have_their_own() -> None:
    """Neither sets hours or prohibits streaming."""
    letter = shipped("ump").instrument
    assert [number for each in letter.duties for number, _ in each.paragraphs] == ["3(a)", "3(b)", "3(c)"]
    assert (letter.hours, letter.streaming) == ("", "")


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_fits_beside_an_answer_and_is_whole(name: str) -> None:
    found = shipped(name)
    told = found.instrument
    assert len(Citation(told.reference, told.hours, told.streaming).of_hours().encode()) <= CITATION_BYTES
    texts = [told.name, found.unit, *told.monitoring]
    for section in told.duties:
        assert 0 <= section.on_block_page <= len(section.paragraphs)
        texts += [section.head, *section.notes, *(text for _, text in section.paragraphs)]
    for text in texts:
        assert text.ms.strip() == text.ms != "" and text.en.strip() == text.en != ""


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("unit = 5", "unit: expected a list, got 5"),
        ('unit = ["x"]', "unit: expected a list of 2"),
        ("", "unit: missing"),
        ('unit = ["x", "y"]\nlogo = "z"', "logo: unknown key"),
        ("unit = [", "not a profile: "),
    ],
)
def test_a_bad_profile_is_refused_with_its_file(tmp_path: Path, line: str, reason: str) -> None:
    text = UMP.read_text()
    start = text.index("unit = [")
    end = text.index("# A part")
    path = tmp_path / "own.toml"
    path.write_text(text[:start] + line + "\n" + text[end:])
    with pytest.raises(BadInput) as told:
        read_profile(path)
    assert str(told.value.reason).startswith(reason)
    assert str(told.value).startswith(f"{path}: ")


def test_a_profile_has_a_bound(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("#" * (MAX_PROFILE + 1))
    with pytest.raises(BadInput, match="larger"):
        read_profile(path)


def test_words_in_sentences() -> None:
    words = shipped("jkdm").words
    malay, english = words.fields("ms"), words.fields("en")
    assert malay.keys() == english.keys()
    assert (malay["Department"], malay["heads"], malay["Heads"]) == (
        "Bahagian",
        "ketua bahagian",
        "Ketua Bahagian",
    )
    assert (english["Departments"], english["Heads"]) == ("Divisions", "Heads of division")
