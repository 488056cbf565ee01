from __future__ import annotations

import pytest
from click.testing import CliRunner

from sm_dns.cli.main import cli
from tests.cli.conftest import Office


def decision(office: Office, at: str) -> str:
    [found] = office.json("explain", "facebook.com", "--at", at)
    code: str = found["reason_code"]
    return code


def test_a_holiday_rules_once_a_person_accepted_it(office: Office) -> None:
    assert decision(office, "2027-05-17T10:00") == "WORKING_HOURS"
    office.run(
        "calendar",
        "accept",
        "2027",
        "--accept-estimates",
        "--yes",
        "--reason",
        "compared",
        "--by",
        "Officer1",
    )
    assert decision(office, "2027-05-17T10:00") == "HOLIDAY_OPEN"
    [record] = office.audited()
    assert (record.who, record.action, record.target) == (
        "Officer1",
        "calendar accept",
        "putrajaya 2027",
    )
    assert "holiday 2027-05-17 Hari Raya Qurban / Hari Raya Aidiladha" in record.detail["after"]
    assert (office.config.parent / "calendar" / "putrajaya-2027.cal").exists()


def test_a_year_is_proposed_then_accepted_with_its_estimates(office: Office) -> None:
    assert "estimate 2028-" in office.run("calendar", "propose", "2028").stdout
    assert "--accept-estimates" in office.run("calendar", "accept", "2028", exit_code=2).stderr
    office.run("calendar", "accept", "2028", "--accept-estimates", "--yes")
    assert [record.action for record in office.audited()] == ["calendar propose", "calendar accept"]


def test_days_are_shown(office: Office) -> None:
    shown = office.json("calendar", "show", "2026")
    assert {
        "calendar": "putrajaya",
        "accepted": True,
        "kind": "holiday",
        "date": "2026-08-31",
        "time": None,
        "text": "Hari Kebangsaan / National Day",
        "estimate": False,
        "or": [],
    } in shown
    assert "proposed, not accepted" in office.run("calendar", "show", "2027").stdout
    assert "neither accepted nor proposed" in office.run("calendar", "show", "2030", exit_code=2).stderr


def test_days_are_added_and_taken_back(office: Office) -> None:
    office.run("calendar", "add", "2026-08-11", "Declared", "--reason", "gazette")
    assert decision(office, "2026-08-11T10:00") == "HOLIDAY_OPEN"
    office.run("calendar", "remove", "2026-08-11", "--reason", "withdrawn")
    assert decision(office, "2026-08-11T10:00") == "WORKING_HOURS"
    office.run("calendar", "add", "2026-08-12", "fire drill", "--kind", "half-day", "--ends", "12:30")
    assert decision(office, "2026-08-12T14:30") == "HALF_DAY_AFTER"
    office.run("calendar", "add", "2026-08-15", "stock taking", "--kind", "workday")
    assert decision(office, "2026-08-15T10:00") == "WORKING_HOURS"
    office.run("calendar", "remove", "2026-08-31", "--reason", "moved")
    assert decision(office, "2026-08-31T10:00") == "WORKING_HOURS"
    record = office.audited()[-1]
    assert record.detail == {
        "before": ["holiday 2026-08-31 Hari Kebangsaan / National Day"],
        "after": ["holiday 2026-08-31 Hari Kebangsaan / National Day", "removed 2026-08-31 moved"],
    }


def test_a_conditional_holiday_from_the_command_to_the_decision(office: Office) -> None:
    days = ("2026-08-11T10:00", "2026-08-13T10:00")
    office.run("calendar", "add", "2026-08-13", "By the moon", "--or", "2026-08-11", "--reason", "announced")
    assert "conditional 2026-08-11 2026-08-13 By the moon" in office.run("calendar", "show", "2026").stdout
    assert [decision(office, at) for at in days] == ["WORKING_HOURS", "WORKING_HOURS"]
    assert "settle" in office.run("calendar", "add", "2026-08-11", "x", exit_code=2).stderr
    office.run("calendar", "settle", "2026-08-13", "--reason", "sighted", "--by", "Officer1")
    assert [decision(office, at) for at in days] == ["WORKING_HOURS", "HOLIDAY_OPEN"]
    record = office.audited()[-1]
    assert (record.who, record.action, record.target) == (
        "Officer1",
        "calendar settle",
        "putrajaya 2026-08-13",
    )
    assert record.detail["before"] == ["conditional 2026-08-11 2026-08-13 By the moon"]
    assert record.detail["after"] == ["extra 2026-08-13 By the moon"]


TABLE = """\
Bil.;Hari Kelepasan Am;Tarikh;Hari
1;Hari Pekerja;1 Mei 2026;Jumaat
2;Hari Kebangsaan;31 Ogos 2026;Isnin
3;Cuti negeri;11/8/2026;Selasa
4;Hari Deepavali;belum diputuskan;
"""


def test_an_official_table_from_the_file_to_the_decision(office: Office) -> None:
    table = office.config.parent / "jadual.csv"
    table.write_bytes(TABLE.encode("utf-16"))
    said = office.run("calendar", "import", str(table), "--reason", "letter 4").stdout
    assert "added     Tue 2026-08-11 Cuti negeri\n" in said
    assert "removed   Wed 2026-09-16 Hari Malaysia / Malaysia Day\n" in said
    assert f"not understood: {table}:5: has no date: 4; Hari Deepavali; belum diputuskan\n" in said
    assert decision(office, "2026-08-11T10:00") == "WORKING_HOURS"  # nothing rules that nobody accepted
    accepted = office.run("calendar", "accept", "2026", "--yes", "--reason", "compared").stdout
    assert "added     Tue 2026-08-11 Cuti negeri\n" in accepted
    assert "# in the library alone: 2026-09-16 Hari Malaysia / Malaysia Day\n" in accepted
    assert decision(office, "2026-08-11T10:00") == "HOLIDAY_OPEN"
    assert decision(office, "2026-09-16T10:00") == "WORKING_HOURS"
    assert [record.action for record in office.audited()] == ["calendar import", "calendar accept"]
    assert "library" not in str(office.json("check"))  # what differed was accepted with it


def test_holidays_by_the_moon_are_counted_apart(office: Office) -> None:
    table = office.config.parent / "jadual.csv"
    table.write_text("Tarikh,Cuti\n1 Mei 2026,Hari Pekerja\n20 atau 23 Mac 2026,Cuti tambahan\n")
    assert "Proposed, 1 holidays, 1 conditional: look" in office.run("calendar", "import", str(table)).stdout
    accepted = office.run("calendar", "accept", "2026", "--yes").stdout
    assert "accepted, 1 holidays, 1 conditional\n" in accepted


def test_a_library_that_says_otherwise_and_a_day_that_is_kept(office: Office) -> None:
    file = office.config.parent / "calendar" / "putrajaya-2026.cal"
    file.write_text(file.read_text().replace("holiday 2026-08-31", "holiday 2026-08-30"))
    said = str(office.json("check"))
    assert "2026-08-31 is no holiday, but one in the library" in said
    assert "calendar remove 2026-08-30" in said
    office.run("calendar", "keep", "2026-08-30", "--reason", "gazette 3")
    office.run("calendar", "add", "2026-08-31", "Hari Kebangsaan", "--reason", "a slip")
    assert "in the library" not in str(office.json("check"))
    assert "alone" not in office.run("calendar", "show", "2026").stdout


@pytest.mark.parametrize("answer", ["", "n\n", "y\n"])
def test_accepting_asks_whether_the_days_of_the_state_are_in_it(office: Office, answer: str) -> None:
    words = ["calendar", "accept", "2027", "--accept-estimates", "--config", str(office.config)]
    done = CliRunner().invoke(cli, words, input=answer)
    assert "States declare holidays of their own" in done.stderr
    path = office.config.parent / "calendar" / "putrajaya-2027.cal"
    assert path.exists() is (answer == "y\n")
    assert done.exit_code == (0 if answer == "y\n" else 2)
    if not answer:
        assert "say --yes where nobody can be asked" in done.stderr
    assert len(office.audited()) == path.exists()


def test_a_period_from_the_command_to_the_decision(office: Office) -> None:
    hours = ("rest=13:00-13:30", "after_start=17:00")
    edges = [f"2026-08-{day}T17:00" for day in ("09", "10", "12", "13")]
    office.run("calendar", "period", "add", "2026-08-10", "2026-08-12", "Ramadan", *hours, "--reason", "w")
    assert [decision(office, at) for at in edges[1:]] == ["AFTER_HOURS", "AFTER_HOURS", "WORKING_HOURS"]
    assert decision(office, "2026-08-10T13:30") == "WORKING_HOURS"
    listed = office.json("calendar", "period", "list", "2026")
    assert [(each["name"], each["from"], each["to"]) for each in listed] == [
        ("Ramadan", "2026-08-10", "2026-08-12")
    ]
    overlap = office.run(
        "calendar", "period", "add", "2026-08-12", "2026-08-14", "x", "rest=12:00-13:00", exit_code=2
    )
    assert "overlap those of another period" in overlap.stderr
    office.run("calendar", "period", "remove", "2026-08-11", "--reason", "over")
    assert decision(office, edges[1]) == "WORKING_HOURS"
    assert "has no period" in office.run("calendar", "period", "list", "2026").stdout
    assert [record.action for record in office.audited()] == ["calendar period add", "calendar period remove"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("settle", "2026-08-31"),
        ("settle", "31/8/2026"),
        ("keep", "x"),
        ("add", "2026-08-11", "x", "--kind", "conditional"),
        ("add", "2026-08-11", "x", "--or", "2026-08-11"),
        ("add", "2026-08-11", "x", "--or", "2027-01-02"),
        ("add", "2026-08-11", "x", "--or", "2026-08-12", "--kind", "workday"),
        ("add", "2026-08-11", "x", "--or", "2026-08-31"),
        ("import", "nowhere.csv"),
        ("period", "add", "2026-08-11", "2026-08-10", "x", "after_start=17:00"),
        ("period", "add", "2026-08-11", "2026-08-12", "x", "after_start=5pm"),
        ("period", "remove", "2026-08-11"),
        ("show", "2026", "--calendar", "x"),
        ("add", "31.8.2026", "x"),
        ("add", "2026-08-11", "x", "--kind", "half-day"),
        ("add", "2026-08-11", "x", "--ends", "12:30"),
        ("add", "2027-08-11", "x"),
        ("remove", "2026-08-11"),
        ("accept", "2026"),
    ],
)
def test_bad_input_changes_nothing(office: Office, arguments: tuple[str, ...]) -> None:
    assert office.run("calendar", *arguments, exit_code=2).stderr.startswith("error: ")
    assert office.audited() == []


def test_without_a_calendar(office: Office) -> None:
    office.config.write_text(office.config.read_text().partition("calendars:")[0])
    assert "--calendar" in office.run("calendar", "show", "2026", exit_code=2).stderr
