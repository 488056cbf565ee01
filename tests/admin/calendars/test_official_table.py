"""Official tables as offices write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.admin.calendars.official_table import read_table
from sm_dns.util.errors import BadInput

BKPP = """\
JADUAL HARI KELEPASAN AM PERSEKUTUAN 2026;;;;
Bil.;Hari Kelepasan Am;Tarikh;Hari;Catatan
1.;Tahun Baharu Cina;17 & 18 Februari 2026;Selasa & Rabu;
2.;Hari Raya Puasa *;21 Mac 2026;Sabtu;Tertakluk kepada perubahan
;;22 Mac 2026;Ahad;
3.;"Hari Pekerja";1 Mei 2026;Jumaat;Semua; ;
4.;Hari Wesak;31 Mei 2026;Isnin;
;* Tertakluk kepada perubahan;;;
"""


def told(text: str, year: int | None = None) -> list[tuple[str, ...]]:
    table = read_table(text, year)
    return [(*(day.isoformat() for day in each.days), each.name) for each in table.days]


def test_a_table_with_titles_headings_and_notes() -> None:
    table = read_table(BKPP, None)
    assert told(BKPP) == [
        ("2026-02-17", "2026-02-18", "Tahun Baharu Cina"),
        ("2026-03-21", "Hari Raya Puasa"),
        ("2026-03-22", "Hari Raya Puasa"),
        ("2026-05-01", "Hari Pekerja"),
    ]
    assert [each.is_estimate for each in table.days] == [False, True, True, False]
    assert [(each.line, str(each.reason)) for each in table.not_understood] == [
        (7, "2026-05-31 is another weekday than it says"),
        (8, "has no date: * Tertakluk kepada perubahan"),
    ]
    assert table.form == "CSV (;)"


AMERICAN = "Date,Holiday\n1/1/2027,New Year\n2/1/2027,Federal Territory Day\n5/20/2027,Wesak\n"


def test_no_holiday_of_a_table_that_puts_months_first_is_on_another_day() -> None:
    """2/1 would be the second of January; 1/1 is the same either way."""
    table = read_table(AMERICAN, None)
    assert told(AMERICAN) == [("2027-01-01", "New Year")]
    assert [(each.line, str(each.reason)) for each in table.not_understood] == [
        (3, "day and month may stand the other way round, as in line 4: write the day first"),
        (4, "there is no day 5, month 20 (the day comes first)"),
    ]


def test_a_slip_in_a_table_that_puts_days_first_costs_its_row_alone() -> None:
    assert told(AMERICAN + "31/8/2027,National Day\n") == [
        ("2027-01-01", "New Year"),
        ("2027-01-02", "Federal Territory Day"),
        ("2027-08-31", "National Day"),
    ]


def test_a_column_of_states_is_told_of() -> None:
    """Its other states' days would be holidays here without a word."""
    text = "Tarikh,Cuti,Negeri\n1/1/2027,Tahun Baharu,Semua\n14/1/2027,Hari Keputeraan,Negeri Sembilan\n"
    assert [day for day, _ in told(text)] == ["2027-01-01", "2027-01-14"]
    ((line, reason),) = read_table(text, None).not_understood
    assert (line, str(reason)) == (
        1,
        "the column 'Negeri' is not looked at: take out the rows of other states",
    )
    assert not read_table(text.replace("Negeri\n", "Catatan\n"), None).not_understood


def test_a_table_without_headings() -> None:
    assert told("1,Khamis,1/1/2026,Tahun Baharu,Semua negeri\n2,Isnin,2026-08-31,Hari Kebangsaan,\n") == [
        ("2026-01-01", "Tahun Baharu"),
        ("2026-08-31", "Hari Kebangsaan"),
    ]


def test_names_in_two_columns_are_one_in_two_languages() -> None:
    text = "Date,Day,Hari Kelepasan,Holiday\n31/8/2026,Mon,Hari Kebangsaan,National Day\n"
    assert told(text) == [("2026-08-31", "Hari Kebangsaan / National Day")]


@pytest.mark.parametrize(
    "headings",
    [
        "Bil;Jenis Cuti;Nama Cuti;Tarikh Cuti;Hari",
        "No.;Type of holiday;Holiday Name;Date;Day",
        "BIL.;KATEGORI;HARI KELEPASAN AM / PUBLIC HOLIDAY;TARIKH / DATE;HARI / DAY",
        "#;Kod Cuti;Perayaan (Occasion);Tarikh (Date);Hari (Day)",
    ],
)
def test_headings_as_offices_have_them(headings: str) -> None:
    assert told(f"{headings}\n1;Persekutuan;Hari Kebangsaan;31/8/2026;Isnin\n") == [
        ("2026-08-31", "Hari Kebangsaan")
    ]


def test_the_separator_is_the_one_that_gives_most() -> None:
    text = (
        "Cuti umum, hari minggu, dan lain-lain\n1/1/2026;Tahun Baharu\n31/8/2026;Hari Kebangsaan, Merdeka\n"
    )
    assert told(text) == [("2026-01-01", "Tahun Baharu"), ("2026-08-31", "Hari Kebangsaan, Merdeka")]
    assert told("Tarikh\tCuti\n1/1/2026\tTahun Baharu\n") == [("2026-01-01", "Tahun Baharu")]


def test_one_of_two_days() -> None:
    (day,) = read_table("Tarikh,Cuti\n20 atau 23 Mac 2026,Cuti tambahan\n", None).days
    assert day.is_conditional and len(day.days) == 2


def test_an_end_on_another_day_is_not_guessed_at() -> None:
    text = "Subject,Start Date,End Date\nWesak,31/5/2026,31/5/2026\nRaya,21/3/2026,23/3/2026\n"
    table = read_table(text, None)
    assert [each.name for each in table.days] == ["Wesak"]
    assert "ends on another day" in str(table.not_understood[0].reason)


def test_dates_without_a_year() -> None:
    text = "Tarikh,Cuti\n1 Mei,Hari Pekerja\n"
    assert told(text, 2027) == [("2027-05-01", "Hari Pekerja")]
    assert "--year" in str(read_table(text, None).not_understood[0].reason)


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(BadInput, match="save it as CSV"):
        read_table("PK\x03\x04 workbook", None)


def test_a_name_is_one_line_of_bounded_length() -> None:
    text = 'Tarikh,Cuti\n1/5/2026,"Hari\nPekerja"\n2/5/2026,' + "x" * 201 + "\n3/5/2026,a\x07b\n4/6/2026,\n"
    assert told(text) == [("2026-05-01", "Hari Pekerja")]
    assert [each.line for each in read_table(text, None).not_understood] == [4, 5, 6]


_CELLS = st.sampled_from(
    ["1", "17/2/2026", "1 Mei", "Tarikh", "Cuti", "Hari Wesak", "", '"', "Isnin", "\x00", "é", "\r"]
)


@given(st.lists(st.lists(_CELLS, max_size=5).map(";".join), max_size=6).map("\n".join) | st.text(max_size=80))
def test_any_text_is_a_table_or_bad_input(text: str) -> None:
    try:
        table = read_table(text, 2026)
    except BadInput as error:
        assert error.line is not None
        return
    for day in table.days:
        assert day.name and day.days and day.name.isprintable()
