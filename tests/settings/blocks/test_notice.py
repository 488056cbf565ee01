from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.agency import profile
from sm_dns.agency.profile import DutySection, Instrument, shipped
from sm_dns.agency.words import Word
from sm_dns.i18n.text import Text
from sm_dns.util.errors import BadInput
from tests.settings.blocks.test_monitoring import load

UMP = Path(profile.__file__).parent / "profiles" / "ump.toml"
INSTRUMENT = "instrument: {name: {ms: A, en: B}, reference: R"
UNIT = "unit: {ms: U, en: V}"


def test_a_site_that_says_nothing_has_the_circular(tmp_path: Path) -> None:
    assert load(tmp_path, "").notice.own_profile == shipped("jkdm")
    assert load(tmp_path, "notice: {profile: ump}\n").notice.own_profile == shipped("ump")


def test_single_keys_stand_over_the_profile(tmp_path: Path) -> None:
    given = "department: {ms: fakulti, en: faculty, en_many: faculties}"
    found = load(tmp_path, f"notice: {{profile: ump, {given}}}\n").notice.own_profile
    words = replace(shipped("ump").words, department=Word("fakulti", "faculty", "faculties"))
    assert found == replace(shipped("ump"), words=words)


def test_another_instrument_leaves_no_duty_of_the_profiles(tmp_path: Path) -> None:
    head = "head: {ms: dekan, en: dean, en_many: deans}"
    found = load(tmp_path, f'notice: {{{INSTRUMENT}, hours: "4"}}, {UNIT}, {head}}}\n').notice.own_profile
    assert found.instrument == Instrument(Text("A", "B"), "R", "4", "", (), ())
    assert (found.unit, found.words.head) == (Text("U", "V"), Word("dekan", "dean", "deans"))
    assert found.words.department == shipped("jkdm").words.department


def test_a_profile_of_the_sites_own_stands_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(UMP.read_text().replace("UMP 25.2.2010", "X 1"))
    found = load(tmp_path, "notice: {profile: own.toml}\n").notice.own_profile
    assert found.instrument.reference == "X 1"
    assert isinstance(found.instrument.duties[0], DutySection)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("notice: {profile: kpm}", "notice.profile: must be jkdm, ump, or a file"),
        ("notice: {profile: 5}", "notice.profile: must be text"),
        ("notice: {profile: gone.toml}", "notice.profile: .*gone.toml: cannot be read"),
        ("notice: {profile: bad.toml}", "notice.profile: .*bad.toml: instrument: missing"),
        ("notice: {profile: long.toml}", "notice.profile: 'R{90}: ' must be one line of at most 40 bytes"),
        (f"notice: {{{INSTRUMENT}{'R' * 38}}}, {UNIT}}}", "notice.instrument: 'R{39}: ' must be one line of"),
        (f"notice: {{{INSTRUMENT}}}}}", "notice.unit: is missing"),
        ("notice: {unit: {ms: U}}", "notice.unit.en: is missing"),
        ("notice: {head: {ms: dekan, en: dean}}", "notice.head.en_many: is missing"),
        ("notice: {department: {ms: '', en: x, en_many: y}}", "notice.department.ms"),
        ("notice: {head: {ms: '{x}', en: x, en_many: y}}", "notice: '{x}' is no word for"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "bad.toml").write_text("[words]\n")
    (tmp_path / "long.toml").write_text(UMP.read_text().replace("UMP 25.2.2010", "R" * 90))
    with pytest.raises(BadInput, match=reason) as told:
        load(tmp_path, text + "\n")
    assert told.value.line == 3
