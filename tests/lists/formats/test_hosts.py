from __future__ import annotations

from tests.lists.formats.reading import names, reasons


def test_names_that_point_nowhere_are_exact() -> None:
    lines = [
        "0.0.0.0 a.example.com b.example.com # c.example.com",
        "127.0.0.1\td.example.com",
        "::1 e.example.com",
    ]
    assert names("hosts", *lines) == [f"full:{letter}.example.com" for letter in "abde"]


def test_the_machines_own_names_are_passed_over() -> None:
    lines = [
        "127.0.0.1 localhost",
        "255.255.255.255 broadcasthost",
        "fe80::1%lo0 localhost",
        "ff02::1 ip6-allnodes",
        "0.0.0.0 0.0.0.0",
        "# comment",
    ]
    assert not names("hosts", *lines)
    assert not reasons("hosts", *lines)


def test_a_line_that_maps_a_name_is_not_taken_for_a_denial() -> None:
    assert reasons("hosts", "192.0.2.7 intranet.example.com") == [
        "not an address that denies (0.0.0.0, 127.0.0.1, ::, ::1)"
    ]
    assert reasons("hosts", "0.0.0.0") == ["no name after the address"]
