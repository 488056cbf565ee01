from __future__ import annotations

from tests.cli.conftest import Office

EXCEL = "Nama;Staff;Device;Department;Valid From;;\r\nÉlodie;A1;3C-22-FB-01-02-03;Kewangan;31/1/2026;;\r\n;;;;;;\r\n"


def test_it_says_what_would_be_taken(office: Office) -> None:
    file = office.config.parent / "staff.csv"
    file.write_bytes(EXCEL.encode("cp1252"))
    said = office.run("staff", "check", str(file)).stdout
    assert (
        said
        == f"{file}: 1 staff, 1 devices, 0 addresses, 0 host names, 1 departments; columns left out: Nama\n"
    )
    assert office.json("staff", "check", str(file)) == [
        {
            "file": str(file),
            "staff": 1,
            "devices": 1,
            "addresses": 0,
            "hosts": 0,
            "departments": ["Kewangan"],
            "left_out": ["Nama"],
        }
    ]


def test_a_mistake_is_told_with_its_line(office: Office) -> None:
    file = office.config.parent / "staff.csv"
    file.write_bytes(EXCEL.replace("31/1", "1/31").encode("utf-16"))
    assert (
        f"error: {file}:2: '1/31/2026' is no date"
        in office.run("staff", "check", str(file), exit_code=2).stderr
    )
    missing = office.config.parent / "none.csv"
    assert f"{missing}: cannot be read" in office.run("staff", "check", str(missing), exit_code=2).stderr
