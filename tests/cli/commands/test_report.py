from __future__ import annotations

import csv
import html
import io
import json
import re
import stat
from pathlib import Path
from typing import get_args

import pytest

from sm_dns.cli.commands import report
from sm_dns.monitor.store.store import Store
from sm_dns.report.request import Kind
from tests.cli.conftest import Office
from tests.conftest import require_pdf
from tests.report.formats.test_pdf_form import text_of
from tests.report.formats.test_text_form import HEADLINES
from tests.support import ump
from tests.support.rows import KEY, row

DATES = ("--from", "2010-01-03", "--to", "2010-01-08")
LETTER = (
    *DATES, "--service", "facebook", "--band", "08:00-09:00", "--base", "1500",
    "--decision", "permitted", "--decision", "would-deny", "--decision", "exempt",
)  # fmt: skip
AGENCY = """
monitoring: {departments: [{name: security, base: 20}, {name: works, base: 100}]}
notice:
  agency: {ms: Universiti Contoh, en: Example University}
  classification: TERHAD
  letterhead: {department: {ms: Pusat Teknologi Maklumat}, address: [Jalan Contoh], reference: UC/1}
"""


@pytest.fixture
def place(office: Office) -> Path:
    office.config.write_text(office.config.read_text() + AGENCY)
    path = office.state / "monitor" / "usage.db"
    path.parent.mkdir(parents=True)
    store = Store(path)
    store.add(ump.rows(), KEY)
    store.note_running(ump.at(0, 0))
    store.close()
    return path


def test_every_kind_has_its_command() -> None:
    assert set(get_args(Kind)) <= set(report.command.commands)


@pytest.mark.usefixtures("place")
class TestTheLetter:
    """1310 of 1500, 87.33 %, read back out of every format."""

    def test_as_text(self, office: Office) -> None:
        malay = " ".join(office.run("report", "usage", *LETTER).stdout.split())
        assert f"{HEADLINES['ms']}. PERHATIAN: hanya 0.00% daripada tempoh ini dipantau." in malay
        english = office.run("report", "usage", *LETTER, "--lang", "en").stdout
        assert HEADLINES["en"] in " ".join(english.split())
        assert "Example University" in english

    def test_as_json(self, office: Office) -> None:
        found = json.loads(office.run("report", "usage", *LETTER, "--format", "json").stdout)
        assert (found["count"], found["base"], found["percent"]) == (1310, 1500, "87.33")
        assert found["classification"] == "TERHAD"
        assert found["uncertain_years"] == [2010]

    def test_as_csv(self, office: Office, tmp_path: Path) -> None:
        file = tmp_path / "letter.csv"
        office.run("report", "usage", *LETTER, "--format", "csv", "--lang", "en", "--output", str(file))
        rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
        assert ["Unique visitors", "1310"] in rows
        assert ["Percent of all 1500 staff", "87.33%"] in rows
        assert ["Percent of the 1500 staff seen on the network", "87.33%"] in rows

    def test_as_html(self, office: Office, tmp_path: Path) -> None:
        file = tmp_path / "letter.html"
        office.run("report", "usage", *LETTER, "--format", "html", "--output", str(file))
        assert f">{HEADLINES['ms']}. PERHATIAN: hanya 0.00% " in file.read_text()

    def test_as_pdf(self, office: Office, tmp_path: Path) -> None:
        require_pdf()
        file = tmp_path / "letter.pdf"
        office.run("report", "usage", *LETTER, "--format", "pdf", "--output", str(file))
        assert HEADLINES["ms"] in text_of(file.read_bytes(), file)
        assert stat.S_IMODE(file.stat().st_mode) == 0o640

    def test_the_reading_is_on_record(self, office: Office) -> None:
        office.run("report", "usage", *LETTER)
        [line] = office.audited()
        assert (line.action, line.target) == ("report usage", "2010-01-03 2010-01-08")
        assert line.detail["services"] == ["facebook"]


@pytest.mark.usefixtures("place")
def test_the_filters_reach_the_figures(office: Office) -> None:
    def count(*options: str) -> int:
        found = json.loads(office.run("report", "usage", *DATES, *options, "--format", "json").stdout)
        return int(found["count"])

    assert count("--service", "Facebook", "--band", "08:00-09:00", "--decision", "denied") == 40
    assert count("--band", "07:00-10:00") == 1500
    sunday = json.loads(
        office.run(
            "report", "usage", "--from", "2010-01-03", "--to", "2010-01-03", "--days", "working", "--format", "json"
        ).stdout
    )  # fmt: skip
    assert (sunday["count"], sunday["days"]) == (0, [])


@pytest.mark.usefixtures("place")
def test_departments_keep_the_small_one_back(office: Office) -> None:
    found = json.loads(office.run("report", "department", *LETTER, "--format", "json").stdout)
    security = next(each for each in found["departments"] if each["department"] == "security")
    assert (security["count"], security["mark"], security["base"]) == (None, "small", 20)
    one = office.run("report", "department", *LETTER, "--department", "library", "--lang", "en").stdout
    assert "library" in one and "registry" not in one
    assert "no department 'kitchen' in this report; there are: academic, " in office.run(
        "report", "department", *LETTER, "--department", "kitchen", exit_code=2
    ).stderr  # fmt: skip


@pytest.mark.usefixtures("place")
def test_compliance_and_coverage(office: Office) -> None:
    office.run("domains", "add", "example.org", "--category", "social", "--reason", "new site")
    found = json.loads(office.run("report", "compliance", *DATES, "--format", "json").stdout)
    assert {each["service"] for each in found["services"]} == {"facebook", "x"}
    assert found["audit"] == {"ok": True, "records": 1}
    assert found["changes"] == []  # the domain was added today
    coverage = office.run("report", "coverage", *DATES, "--lang", "en").stdout
    assert "Service not running" in coverage


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--from", "2010-01-08", "--to", "2010-01-03"), "ends (2010-01-03) before it begins"),
        (("--from", "2110-01-01", "--to", "2110-01-03"), "still to come"),
        ((*DATES, "--service", "fcebook"), "did you mean 'facebook'?"),
        (("--from", "yesterday", "--to", "2010-01-03"), "expected a date"),
        ((*DATES, "--band", "08:30-09:00"), "whole hours"),
        ((*DATES, "--service", "gopher"), "no service 'gopher'"),
        ((*DATES, "--decision", "maybe"), "no decision 'maybe'"),
        ((*DATES, "--base", "3"), "more than the base of 3"),
        (("--from", "2000-01-01", "--to", "2010-01-01"), "longer than"),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_is_on_record(
    office: Office, options: tuple[str, ...], reason: str
) -> None:
    assert reason in office.run("report", "usage", *options, exit_code=2).stderr
    assert office.audited() == []


def test_without_a_store_it_says_so(office: Office) -> None:
    assert "there is no store yet" in office.run("report", "usage", *DATES, exit_code=2).stderr


@pytest.mark.usefixtures("place")
def test_a_file_that_cannot_be_written_leaves_nothing(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "missing" / "report.txt"
    told = office.run("report", "usage", *DATES, "--output", str(file), exit_code=1).stderr
    assert told == f"error: {file.parent}: there is no such folder\n"
    assert not file.parent.exists()


@pytest.mark.usefixtures("place")
def test_dated_bases_are_those_of_the_period(office: Office) -> None:
    text = office.config.read_text().replace(
        "monitoring: {",
        "monitoring: {base: [{from: 2009-01-01, base: 1490}, {from: 2010-01-05, base: 1500}], ",
    )
    office.config.write_text(text)
    found = json.loads(office.run("report", "usage", *DATES, "--format", "json").stdout)
    assert (found["base"], found["base_from"], found["base_unknown_before"]) == (1500, "2010-01-05", None)
    assert found["base_replaced"] == [{"from": "2009-01-01", "base": 1490}]
    given = json.loads(office.run("report", "usage", *DATES, "--base", "1600", "--format", "json").stdout)
    assert (given["base"], given["base_from"], given["base_replaced"]) == (1600, None, [])


NIGHT = (*DATES, "--service", "facebook", "--band", "22:00-06:00")
NIGHT_TEXTS = {
    "ms": ("10.00 malam hingga 6.00 pagi pada keesokan hari", "melepasi tengah malam"),
    "en": (
        "22:00 to 06:00 the next day",
        "The band goes over midnight: its hours until 06:00 belong to the day",
    ),
}


@pytest.mark.parametrize("language", NIGHT_TEXTS)
@pytest.mark.parametrize("form", ["text", "csv", "html", "pdf"])
def test_a_night_is_said_and_counted_in_every_form(
    office: Office, place: Path, tmp_path: Path, language: str, form: str
) -> None:
    store = Store(place)
    for name, when in [(n, ump.at(5, 23)) for n in range(11)] + [(n, ump.at(6, 5)) for n in range(9, 17)]:
        store.add([row(f"night {name}", hour=when)], KEY)
    store.add([row(f"after {n}", hour=ump.at(6, 6)) for n in range(30)], KEY)
    store.add([row(f"before {n}", hour=ump.at(0, 5)) for n in range(30)], KEY)
    store.close()
    file = tmp_path / "night"
    if form == "pdf":
        require_pdf()
    office.run(
        "report",
        "usage",
        *NIGHT,
        "--format",
        form,
        "--lang",
        language,
        "--base",
        "1500",
        "--output",
        str(file),
    )
    text = text_of(file.read_bytes(), file) if form == "pdf" else " ".join(file.read_text().split())
    band, note = NIGHT_TEXTS[language]
    assert band in text and note in text
    assert {"ms": "17 pengunjung (1.13%)", "en": "17 visitors (1.13%)"}[language] in text


def test_a_night_in_json_is_told_by_its_hours(office: Office, place: Path) -> None:
    store = Store(place)
    store.add([row(f"night {n}", hour=ump.at(6, 5)) for n in range(8)], KEY)
    store.close()
    found = json.loads(office.run("report", "usage", *NIGHT, "--format", "json").stdout)
    assert (found["selection"]["band"], found["count"]) == ("22:00-06:00", 8)
    assert (found["days"][-1]["date"], found["days"][-1]["count"]) == ("2010-01-08", 8)
    assert found["heat"][-1]["hours"][5] == {"count": 8, "mark": ""}


WEEK = "{MON: 1500, TUE-THU: 900, FRI: 1400}"
WEEK_TEXTS = {
    "ms": (
        "Peratus daripada kesemua 1500 orang staf",
        "Peratus daripada 1500 orang staf yang dikesan di rangkaian",
        "Bilangan staf mengikut hari",
        "Isn: 1500; Sel, Rab, Kha: 900; Jum: 1400; Sab, Ahd: t.b.",
        "Peratus daripada semua staf",
        "Staf dikesan di rangkaian",
        "Dikesan di rangkaian: staf yang perantinya",
        "bagi beberapa hari, daripada bilangan yang paling besar",
    ),
    "en": (
        "Percent of all 1500 staff",
        "Percent of the 1500 staff seen on the network",
        "Number of staff by weekday",
        "Mon: 1500; Tue, Wed, Thu: 900; Fri: 1400; Sat, Sun: n/a",
        "Percent of all staff",
        "Staff seen on the network",
        "Seen on the network: staff whose devices asked",
        "several days together by the greatest of them",
    ),
}


def plain(text: str) -> str:
    """Words as they follow each other, whatever the lines and elements between them."""
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", text)).replace("\n- ", " ").split())


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("language", WEEK_TEXTS)
@pytest.mark.parametrize("form", ["text", "csv", "html", "pdf"])
@pytest.mark.parametrize("kind", ["usage", "department"])
def test_both_percentages_are_labelled_in_every_form(
    office: Office, tmp_path: Path, language: str, form: str, kind: str
) -> None:
    text = office.config.read_text()
    assert "monitoring: {departments" in text
    office.config.write_text(
        text.replace("monitoring: {departments", f"monitoring: {{base: {WEEK}, departments")
    )
    if form == "pdf":
        require_pdf()
    file = tmp_path / "report"
    letter = [each for each in LETTER if each not in {"--base", "1500"}]
    office.run("report", kind, *letter, "--format", form, "--lang", language, "--output", str(file))
    said = text_of(file.read_bytes(), file) if form == "pdf" else plain(file.read_text())
    for each in WEEK_TEXTS[language]:
        assert each in said, each
    assert said.count("87.33%") >= 2
    if kind == "usage":
        for figure in ("685", "21.80%", "47.74%"):  # of Monday
            assert figure in said


@pytest.mark.usefixtures("place")
def test_both_percentages_in_json(office: Office) -> None:
    text = office.config.read_text()
    office.config.write_text(
        text.replace("monitoring: {departments", f"monitoring: {{base: {WEEK}, departments")
    )
    letter = [each for each in LETTER if each not in {"--base", "1500"}]
    found = json.loads(office.run("report", "usage", *letter, "--format", "json").stdout)
    assert (found["base"], found["percent"], found["seen"], found["percent_of_seen"]) == (
        1500,
        "87.33",
        1500,
        "87.33",
    )
    assert found["base_by_weekday"] == {
        "MON": 1500, "TUE": 900, "WED": 900, "THU": 900, "FRI": 1400, "SAT": None, "SUN": None
    }  # fmt: skip
    assert [each["base"] for each in found["days"]] == [None, 1500, 900, 900, 900, 1400]
