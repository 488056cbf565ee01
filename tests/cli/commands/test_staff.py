from __future__ import annotations

from tests.cli.conftest import Office

EXCEL = "Nama;Staff;Device;Department;Valid From;;\r\nÉlodie;A1;3C-22-FB-01-02-03;Kewangan;31/1/2026;;\r\n;;;;;;\r\n"


def test_it_says_what_would_be_taken(office: Office) -> None:
    file = office.config.parent / "staff.csv"
    file.write_bytes(EXCEL.encode("cp1252"))
    said = office.run("staff", "check", str(file)).stdout
    assert (
        said == f"{file}: 1 staff, 1 devices, 0 addresses, 0 host names, 1 departments, 0 staff in none; "
        "columns left out: Nama\n"
    )
    assert office.json("staff", "check", str(file)) == [
        {
            "file": str(file),
            "staff": 1,
            "devices": 1,
            "addresses": 0,
            "hosts": 0,
            "departments": ["Kewangan"],
            "without_department": 0,
            "left_out": ["Nama"],
            "ended": False,
        }
    ]


def test_a_map_of_the_past_is_told_as_such(office: Office) -> None:
    file = office.config.parent / "staff.csv"
    file.write_text("host,staff,valid_to\npc-1,a1,31/1/2020\n")
    said = office.run("staff", "check", str(file)).stdout
    assert (
        f"warning: staff map: {file}: all of its lines have ended, the last at 2020-01-30T16:00:00Z" in said
    )


def test_one_that_names_nobody_is_a_mistake(office: Office) -> None:
    file = office.config.parent / "staff.csv"
    file.write_text("host,staff\n")
    assert f"error: {file}:1: names nobody" in office.run("staff", "check", str(file), exit_code=2).stderr


def test_a_mistake_is_told_with_its_line(office: Office) -> None:
    file = office.config.parent / "staff.csv"
    file.write_bytes(EXCEL.replace("31/1", "1/31").encode("utf-16"))
    assert (
        f"error: {file}:2: '1/31/2026' is no date"
        in office.run("staff", "check", str(file), exit_code=2).stderr
    )
    missing = office.config.parent / "none.csv"
    assert f"{missing}: cannot be read" in office.run("staff", "check", str(missing), exit_code=2).stderr
