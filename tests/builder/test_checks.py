from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.admin.policy_document import assemble, temporary_snapshot
from sm_dns.admin.surroundings import look_around
from sm_dns.builder import checks
from sm_dns.builder.hours_checks import hours_findings
from sm_dns.policy.schedule import Schedule
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.state.fleet.role import policy_file
from sm_dns.util.errors import BadInput

NOON = 1_786_334_400  # Monday 2026-08-10T12:00:00+08:00
TOLD = "notice: {agency: {ms: Jabatan Contoh, en: Example Department}, contact: CTM}\n"
QUIET = "upstreams: [192.0.2.1]\nschedules: {default: {effective_from: 2026-01-01T00:00}}\n"


def load(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "sm-dns.yaml"
    path.write_text(text if "notice:" in text else text + TOLD)
    return load_settings(path)


def found(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    settings = load(tmp_path, text)
    with temporary_snapshot(assembly := assemble(settings, NOON)):
        listed = assembly.reads
    return [(one.level, str(one.text)) for one in checks.findings(settings, assembly.around, listed, NOON)]


def test_nothing_to_say(tmp_path: Path) -> None:
    assert found(tmp_path, QUIET) == []


def test_staff_are_told_before_monitoring_starts(tmp_path: Path) -> None:
    """PRIV-7."""
    ((level, text),) = found(tmp_path, QUIET + "notice: {contact: CTM}\n")
    assert (level, "notice.agency" in text) == ("warning", True)
    assert found(tmp_path, QUIET + "notice: {}\nmonitoring: {enabled: false}\n") == []


def test_check_reads_what_tells_persons_apart(tmp_path: Path) -> None:
    (tmp_path / "staff.csv").write_text("device,staff\nx,a1\n")
    text = QUIET + "monitoring: {staff_map: staff.csv, leases: [no.leases], neighbours: false}\n"
    said = [one.text for one in checks.monitoring_files(load(tmp_path, text))]
    assert len(said) == 2
    assert "no.leases: cannot be read" in str(said[0])
    assert "staff.csv:2: 'x' is no hardware address" in str(said[1])
    assert list(checks.monitoring_files(load(tmp_path, QUIET + "monitoring: {enabled: false}\n"))) == []


def test_check_says_what_each_source_of_leases_gave(tmp_path: Path) -> None:
    (tmp_path / "good.leases").write_text("4000000000 3c:22:fb:01:02:03 10.0.0.1 pc *\nnonsense\n")
    (tmp_path / "empty.leases").write_text("")
    text = QUIET + "monitoring: {leases: [good.leases, empty.leases], neighbours: false}\n"
    said = [
        (one.level, str(one.text).partition(": ")[2]) for one in checks.monitoring_files(load(tmp_path, text))
    ]
    assert [level for level, _ in said] == ["warning", "note", "note"]
    assert said[0][1].startswith(f"{tmp_path / 'empty.leases'}: gives no lease")
    assert said[1][1].startswith(f"{tmp_path / 'good.leases'}: read as dnsmasq, written at 20")
    assert said[1][1].endswith("1 leases, 1 of them not ended; left out: 1 unusable")
    assert "read as -, written" in said[2][1]


@pytest.mark.parametrize(
    ("text", "level", "words"),
    [
        (QUIET + "listen: [192.0.2.1:53]\n", "error", "is this resolver itself"),
        (
            QUIET + "trusted_forwarders: {10.0.0.0/8: ecs}\n",
            "warning",
            "everybody in 10.0.0.0/8 is a trusted forwarder",
        ),
        (
            QUIET + "trusted_forwarders: {10.20.0.0/24: ecs}\n",  # a network of staff
            "warning",
            "everybody in 10.20.0.0/24 is a trusted forwarder",
        ),
        ("upstreams: [192.0.2.1]\nschedules: {default: {}}\n", "note", "no effective_from"),
        (
            QUIET + "calendars: {kl: {country: MY, subdivision: KUL, schedules: [default]}}\n",
            "warning",
            "calendar kl 2026 has no accepted file",
        ),
        (
            QUIET.replace(
                "{effective_from",
                "{no_after_hours_weekdays: [MON, TUE, WED, THU, FRI], weekend_mode: closed, "
                "periods: [{from: 2026-08-01, to: 2026-09-30, rest: ['23:58', '23:59'], rest_by_weekday: {}}], "
                "holidays: {2026-08-10: a, 2026-08-11: b, 2026-08-12: c, 2026-08-13: d, 2026-08-14: e, "
                "2026-08-17: f}, holiday_mode: closed, effective_from",
            ),
            "warning",
            "permits nothing in the coming 7 days: group 'default'",
        ),
        (
            QUIET + "groups: [{name: lab, clients: [10.1.0.0/16]}, {name: hq, clients: [10.0.0.0/8]}]\n",
            "note",
            "10.1.0.0/16 of group 'lab' lies inside 10.0.0.0/8 of group 'hq'",
        ),
        (
            QUIET + "lists: [{name: x, url: 'https://x.example', category: social}]\n",
            "warning",
            "'x' was never fetched",
        ),
    ],
)
def test_each_finding(tmp_path: Path, text: str, level: str, words: str) -> None:
    [(its_level, its_text)] = found(tmp_path, text)
    assert its_level == level
    assert words in its_text


def test_a_site_list_without_names(tmp_path: Path) -> None:
    settings = load(tmp_path, QUIET)
    settings.zones_dir.mkdir()
    (settings.zones_dir / "social.txt").write_text("# nothing yet\n")
    [(level, text)] = found(tmp_path, QUIET)
    assert (level, text) == ("note", f"{settings.zones_dir}/social.txt lists no name")


def test_a_system_without_name_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "upstreams", lambda settings: ())
    [(level, text)] = found(tmp_path, QUIET)
    assert (level, "no upstream" in text) == ("warning", True)


def test_a_state_that_the_service_may_not_write(tmp_path: Path) -> None:
    [(level, text)] = found(tmp_path, QUIET + "state_dir: /etc/sm-dns/var\n")
    assert level == "warning"
    assert "/var/lib/sm-dns" in text


def test_local_records_with_a_mistake_cannot_be_used(tmp_path: Path) -> None:
    settings = load(tmp_path, QUIET)
    settings.zones_dir.mkdir()
    (settings.zones_dir / "local.zone").write_text("portal.agency.example. IN A 10.0.0.999\n")
    with pytest.raises(BadInput, match="not a record"):
        checks.findings(settings, look_around(settings), (), NOON)


def test_a_route_to_this_resolver(tmp_path: Path) -> None:
    text = QUIET + "listen: ['192.0.2.5:53']\nroutes: {agency.example: [192.0.2.5]}\n"
    [(level, words)] = found(tmp_path, text)
    assert (level, "is this resolver itself" in words) == ("error", True)


def test_hours_that_close_nothing_and_hours_that_change_nothing_are_told(tmp_path: Path) -> None:
    def hours(text: str) -> list[str]:
        schedules = f"schedules: {{default: {{{text}}}}}\n"
        return [
            said
            for level, said in found(tmp_path, schedules)
            if level == "warning" and "schedule 'default'" in said
        ]

    assert hours("") == []
    assert hours('after_start: "05:30"') == [
        "schedule 'default' never closes: every minute of the week is permitted"
    ]
    assert hours('rest: ["01:00", "02:00"]') == [
        "schedule 'default': rest 01:00–02:00 changes nothing: those hours are what they would be without it"
    ]


def test_a_schedule_unlike_the_table_that_it_says_it_keeps_is_told(tmp_path: Path) -> None:
    def told(text: str) -> list[str]:
        return [
            said
            for level, said in found(tmp_path, f"schedules: {{default: {{{text}}}}}\n")
            if level == "warning" and "circular" in said
        ]

    assert told("keeps: circular") == []
    assert told("keeps: circular, timezone: Asia/Kuching") == told("timezone: UTC") == []
    assert told("keeps: circular, timezone: UTC") == [
        "schedule 'default' says that it keeps the circular's table, and its hours are those of UTC: mend its "
        "timezone, or leave out `keeps: circular`"
    ]
    assert told("rest: []") == []  # its own hours
    assert told("keeps: circular, rest_by_weekday: {}") == [
        "schedule 'default' says that it keeps the circular's table, and does not on FRI: of 00:00–17:30 the table "
        "permits 00:00–07:30, 12:15–14:45, the schedule 00:00–07:30, 13:00–14:00; mend the hours, or leave out "
        "`keeps: circular`"
    ]
    never = told(
        "keeps: circular, rest: [], no_after_hours_weekdays: [MON, TUE, WED, THU, FRI], weekend_mode: closed"
    )
    assert [said.partition("does not on ")[2][:3] for said in never] == ["MON", "TUE", "WED", "THU", "FRI"]
    assert "the schedule none;" in never[0]
    always = told('keeps: circular, after_start: "00:00"')
    assert len(always) == 5


def test_the_configuration_that_ships_keeps_the_table() -> None:
    settings = load_settings(Path(__file__).resolve().parents[2] / "config" / "sm-dns.yaml")
    assert settings.schedules["default"]["keeps"] == "circular"
    schedules = {"default": Schedule.from_json(settings.schedules["default"])}
    assert list(hours_findings(settings, schedules, NOON)) == []


def test_a_calendar_of_a_state_with_another_weekend_is_told(tmp_path: Path) -> None:
    def told(weekend: str, state: str) -> list[str]:
        text = (
            f"schedules: {{default: {{{weekend}}}}}\n"
            f"calendars: {{x: {{country: MY, subdivision: {state}, schedules: [default]}}}}\n"
        )
        return [said for _, said in found(tmp_path, text) if "rest days" in said]

    assert told("", "PHG") == []
    assert told("weekend: [FRI, SAT]", "KDH") == []
    assert told("", "KDH") == [
        "calendar x is that of KDH, whose weekly rest days are FRI, SAT; schedule 'default' has SAT, SUN"
    ]
    assert told("weekend: []", "PHG") == [
        "calendar x is that of PHG, whose weekly rest days are SAT, SUN; schedule 'default' has none"
    ]


def test_what_a_node_does_not_read_of_its_own_file_is_told(tmp_path: Path) -> None:
    policy = policy_file(tmp_path / "var")
    policy.parent.mkdir(parents=True)
    policy.write_text("schedules: {default: {effective_from: 2026-01-01T00:00, work_start: '08:00'}}\n")
    text = QUIET + "state_dir: var\nfleet: {role: node, name: dns-2}\nttl: {permitted: 60}\n"
    ((level, said),) = found(tmp_path, text)
    assert level == "note"
    assert said == "not read here, for this server has them from its fleet: schedules, ttl"
