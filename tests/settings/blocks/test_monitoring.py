from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput

BASE = "upstreams: [192.0.2.1]\nschedules: {default: {}}\n"


def load(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "sm-dns.yaml"
    path.write_text(BASE + text)
    return load_settings(path)


def test_the_defaults(tmp_path: Path) -> None:
    monitoring = load(tmp_path, "").monitoring
    assert (monitoring.enabled, monitoring.small_cell, monitoring.neighbours) == (True, 5, True)
    assert (monitoring.retention.raw_days, monitoring.retention.aggregate_months) == (180, 24)
    assert monitoring.retention.disposal_authority is None
    assert load(tmp_path, "").notice.classification is None  # SEC-1: no default label


def test_paths_are_meant_from_the_file(tmp_path: Path) -> None:
    text = "monitoring: {store: s/u.db, leases: [l], staff_map: m.csv, key_file: ../k}\n"
    monitoring = load(tmp_path, text).monitoring
    assert monitoring.store == str(tmp_path / "s/u.db")
    assert [one.file for one in monitoring.leases] == [tmp_path / "l"]
    assert monitoring.staff_map == tmp_path / "m.csv"
    assert monitoring.key_file == tmp_path.parent / "k"
    assert load(tmp_path, "monitoring: {store: /x/u.db}\n").monitoring.store == "/x/u.db"
    server = "postgresql://sm@db.example/sm"
    assert load(tmp_path, f'monitoring: {{store: "{server}"}}\n').monitoring.store == server


def test_leases_come_from_files_and_sockets(tmp_path: Path) -> None:
    text = "monitoring: {leases: [l, {file: m, format: kea}, {kea_socket: /run/k}]}\n"
    found = load(tmp_path, text).monitoring.leases
    assert [(one.file, one.format, one.kea_socket) for one in found] == [
        (tmp_path / "l", None, None),
        (tmp_path / "m", "kea", None),
        (None, None, Path("/run/k")),
    ]


def test_logons_come_from_files(tmp_path: Path) -> None:
    found = load(tmp_path, "monitoring: {logons: [l, {file: m, format: freeradius}]}\n").monitoring.logons
    assert [(one.file, one.format) for one in found] == [
        (tmp_path / "l", None),
        (tmp_path / "m", "freeradius"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("monitoring: {logons: [{file: a, format: kea}]}", "must be one of csv, freeradius, json"),
        ("monitoring: {logons: [{}]}", "must have a file or `api: true`, and not both"),
        ("monitoring: {logons: [{file: a, api: true}]}", "must have a file or `api: true`, and not both"),
        ("monitoring: {logons: [{api: true, format: csv}]}", "a format belongs to a file"),
        ("monitoring: {leases: [{}]}", "must have a file or a kea_socket"),
        ("monitoring: {leases: [{file: a, kea_socket: b}]}", "and not both"),
        ("monitoring: {leases: [{kea_socket: b, format: kea}]}", "a format belongs to a file"),
        ("monitoring: {leases: [{file: a, format: bind}]}", r"must be one of .*dnsmasq"),
        ("monitoring: {leases: [7]}", "must be a block of keys"),
        ('monitoring: {store: "postgresql://sm:secret@db/sm"}', "a password does not belong here"),
        ('monitoring: {host_rule: "pc-.*"}', "needs a group"),
        ("monitoring: {departments: [{name: A, networks: [10.0.0.1/8]}]}", "host bits"),
        ("monitoring: {departments: [{name: A}, {name: A}]}", "stands above already"),
        ("monitoring: {small_cell: 1}", "must be at least 2"),
        ("monitoring: {base: -1}", "must be at least 0"),
        ("monitoring: {base: many}", "must be a number of staff, numbers by weekday such as .*, or a list"),
        ("monitoring: {base: true}", "must be a number of staff, numbers by weekday such as .*, or a list"),
        ("monitoring: {base: {}}", "must be a number of staff, or numbers by weekday such as {MON: 1500"),
        ("monitoring: {base: {MON: many}}", "must be a number of staff, or numbers by weekday"),
        ("monitoring: {base: {MON: true}}", "must be a number of staff, or numbers by weekday"),
        ("monitoring: {base: {MON: {TUE: 1}}}", "must be a number of staff, or numbers by weekday"),
        ("monitoring: {base: {MON: -1}}", "must be at least 0"),
        ("monitoring: {base: {MNO: 5}}", "'MNO' is no weekday: MON to SUN, or several such as TUE-THU"),
        ("monitoring: {base: {TUE-: 5}}", "'TUE-' is no weekday"),
        ("monitoring: {base: {TUE-THU: 5, WED: 6}}", "WED stands here a second time"),
        ("monitoring: {departments: [{name: A, base: {MON: -1}}]}", "must be at least 0"),
        ("monitoring: {base: [{from: 2026-01-01, base: {MON: -5}}]}", "must be at least 0"),
        ("monitoring: {base: [{base: 5}]}", "must say from which date"),
        ("monitoring: {base: [{from: 2026-01-01}]}", "is missing"),
        ("monitoring: {base: [{from: 2026-13-01, base: 5}]}", "must be a date such as 2026-01-01"),
        ("monitoring: {base: [{from: 2026-01-01, base: -5}]}", "must be at least 0"),
        ("monitoring: {base: [{form: 2026-01-01, base: 5}]}", "did you mean 'from'"),
        (
            "monitoring: {base: [{from: 2026-01-01, base: 5}, {from: 2026-01-01, base: 6}]}",
            "2026-01-01 must come later than 2026-01-01",
        ),
        ("monitoring: {retention: {raw_days: 0}}", "must be at least 1"),
        ("monitoring: {lease: []}", "did you mean 'leases'"),
        ('notice: {contact: "a\\tb"}', "printable"),
        ("notice: {label: x}", "unknown key"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason) as told:
        load(tmp_path, text + "\n")
    assert told.value.line == 3
