"""What answers change in a configuration, and what they leave alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sm_dns.cli.looked_over import look_over
from sm_dns.settings import yaml_source
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.settings.yaml_edit import flow
from sm_dns.setup import certificates
from sm_dns.setup.asking.answers_file import read_answers
from sm_dns.setup.asking.questions import answers
from sm_dns.setup.host import Host
from sm_dns.setup.plan import Plan, make_plan, site_files
from sm_dns.setup.undo_note import NOTHING_DONE, write_note
from sm_dns.state.place import PACKAGED_STATE
from tests.conftest import require
from tests.support.certificates import make_certificate
from tests.support.setting_up import ANSWERS, known, running_host

HQ = '- {name: hq, clients: ["10.0.0.0/8", "device:3c:22:fb:01:02:03"]'
SITE = """\
# of the site
listen: ["10.0.0.5:53"]      # ours
upstreams: [10.0.0.2]
schedules:
  office: {keeps: circular}
  night: {}
groups:
  - {name: hq, clients: ["10.0.0.0/8", "device:3c:22:fb:01:02:03"], schedule: office}   # all
  - name: lab                # stays
    clients: ["10.9.0.0/16"]
    mode: "off"
    schedule: night
calendars:
  ours: {country: MY, subdivision: PHG, schedules: [office]}
  other: {country: MY, subdivision: JHR, schedules: [night]}
notice:
  reference: "ICT 1/2026"    # kept
"""


def config(host: Host) -> Path:
    return host.file("/etc/sm-dns/sm-dns.yaml")


def planned(host: Host, given: dict[str, Any], *, was_set_up: bool = False) -> Plan:
    """The plan for some answers, the others as Enter has them."""
    about = known(host, was_set_up=was_set_up)
    file = host.root / "answers.yaml"
    file.write_text("".join(f"{name}: {flow(value)}\n" for name, value in {**ANSWERS, **given}.items()))
    return make_plan(host, site_files(host, config(host)), about, answers(read_answers(file, about)))


def write(plan: Plan, host: Host) -> Settings:
    """Put the text of a plan into its place, and read it as the service does."""
    file = plan.files.config
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(plan.after)
    if plan.certificate:
        certificates.make(host, plan.certificate, None)
    plan.files.state_dir.mkdir(parents=True, exist_ok=True)
    write_note(plan.files.state_dir, NOTHING_DONE)
    return load_settings(file)


@pytest.fixture
def host(tmp_path: Path) -> Host:
    require("openssl")
    return running_host(tmp_path)[0]


CASES: list[tuple[dict[str, Any], str, Any]] = [
    ({"listen": ["10.0.0.5", "fd00::5"]}, "listen", "10.0.0.5:53 [fd00::5]:53"),
    ({"listen": ["0.0.0.0:5335"]}, "listen", "0.0.0.0:5335"),
    ({"upstreams": ["tls://dns.example@10.0.0.9"]}, "upstreams", "tls://dns.example@10.0.0.9:853"),
    ({"upstreams": ["system"]}, "upstreams", "system"),
    ({"domains": {"agency.gov.my": ["10.0.0.2"]}}, "routes", "agency.gov.my"),
    ({"networks": ["10.9.0.0/16", "own-links"]}, "groups.0.clients", "10.9.0.0/16 own-links 127.0.0.0/8 ::1/128"),
    ({"state": "Kedah"}, "calendars", "kedah"),
    ({"state": "Kedah"}, "calendars.kedah.subdivision", "KDH"),
    ({"state": "Kedah"}, "schedules.default.weekend", "FRI SAT"),
    ({"weekend": ["SUN"]}, "schedules.default.weekend", "SUN"),
    ({}, "notice.agency.ms", "Jabatan Contoh"),
    ({}, "notice.agency.en", "Example Department"),
    ({}, "notice.contact", "ICT, ext. 100"),
    ({"monitoring": True}, "monitoring.enabled", True),
    ({"monitoring": False}, "monitoring.enabled", False),
    ({"dashboard": "off"}, "web.listen", ""),
    ({"dashboard": "local"}, "web.listen", "127.0.0.1:8053"),
    ({"dashboard": "self-made"}, "web.listen", "10.0.0.5:8443 [fd00::5]:8443"),
    ({"dashboard": "own-ca", "dashboard_name": "dns.agency.gov.my"}, "web.hosts", "dns.agency.gov.my"),
    ({"first_week": True}, "groups.0.mode", "monitor"),
    ({"first_week": False}, "groups.0.mode", "enforce"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "where", "value"), CASES)
def test_each_answer_lands_in_the_file(given: dict[str, Any], where: str, value: Any, host: Host) -> None:
    settings = write(planned(host, given), host)
    found: Any = settings
    for part in where.split("."):
        found = _part(found, part)
    said = found if isinstance(found, bool | str) else " ".join(map(str, found))
    assert said == value


@pytest.mark.parametrize("number", range(3))
def test_check_accepts_what_is_written(number: int, host: Host) -> None:
    """All answers of the table, those of every third row together."""
    given = {name: value for case in CASES[number::3] for name, value in case[0].items()}
    settings = write(planned(host, given), host)
    assert not [str(each.text) for each in look_over(settings.file).findings if each.level == "error"]


def _part(value: Any, name: str) -> Any:
    if name.isdigit():
        return value[int(name)]
    return value[name] if isinstance(value, dict) else getattr(value, name)


@pytest.mark.parametrize("given", [case[0] for case in CASES])
def test_a_second_run_with_the_same_answers_changes_nothing(given: dict[str, Any], host: Host) -> None:
    write(planned(host, given), host)
    again = planned(host, given, was_set_up=True)
    assert (again.diff(), again.is_changed, again.need) == ("", False, "start")
    as_it_is = planned(host, {}, was_set_up=True)  # and what is there is what Enter means
    assert as_it_is.diff() == ""


def test_what_a_site_has_written_stays(host: Host) -> None:
    config(host).parent.mkdir(parents=True)
    config(host).write_text(SITE)
    plan = planned(host, {"dashboard": "off", "first_week": True, "listen": ["127.0.0.1"]})
    added = [line for line in plan.diff().splitlines() if line[:1] == "+" and line[:3] != "+++"]
    removed = [line for line in plan.diff().splitlines() if line[:1] == "-" and line[:3] != "---"]
    assert removed == [
        '-listen: ["10.0.0.5:53"]      # ours',
        f"-  {HQ}, schedule: office}}   # all",
    ]
    assert added == [
        '+listen: ["127.0.0.1:53"]     # ours',
        f"+  {HQ}, schedule: office, mode: monitor}}   # all",
        '+  agency: {ms: "Jabatan Contoh", en: "Example Department"}',
        '+  contact: "ICT, ext. 100"',
    ]
    settings = write(plan, host)
    assert [group.mode for group in settings.groups] == ["monitor", "off"]
    assert settings.notice.reference == "ICT 1/2026"
    assert set(settings.calendars) == {"ours", "other"}


def test_the_calendar_of_another_state_has_another_name_and_others_stay(host: Host) -> None:
    config(host).parent.mkdir(parents=True)
    config(host).write_text(SITE)
    settings = write(planned(host, {"state": "SGR", "dashboard": "off"}), host)
    assert {name: each.subdivision for name, each in settings.calendars.items()} == {
        "selangor": "SGR",
        "other": "JHR",
    }


def test_a_week_that_rests_on_a_friday_does_not_say_that_it_keeps_the_circulars_table(host: Host) -> None:
    settings = write(planned(host, {"state": "Kelantan"}), host)
    warned = [str(each.text) for each in look_over(settings.file).findings if "circular" in str(each.text)]
    assert warned == []


def test_a_certificate_is_made_once_and_again_for_another_address(host: Host) -> None:
    first = planned(host, {"dashboard": "self-made"})
    assert first.certificate is not None and first.need == "restart"
    write(first, host)
    assert planned(host, {"dashboard": "self-made"}, was_set_up=True).certificate is None
    other = planned(host, {"dashboard": "self-made", "listen": ["fd00::5"]}, was_set_up=True)
    assert other.certificate is None  # it is for that address too
    named = planned(host, {"dashboard": "self-made", "dashboard_name": "dns.example"}, was_set_up=True)
    assert named.certificate is not None and named.need == "restart"


def test_the_agencys_own_files_are_named_as_they_were_given(host: Host, tmp_path: Path) -> None:
    made, key = make_certificate(tmp_path, "dns.example")
    given = {"dashboard": "files", "certificate": str(made), "key": str(key)}
    settings = write(planned(host, given), host)
    assert (settings.web.certificate, settings.web.key) == (made, key)
    assert planned(host, {}, was_set_up=True).diff() == ""


def test_a_packaged_site_has_its_state_where_the_service_has_it(host: Host) -> None:
    plan = planned(host, {})
    assert plan.files.state_dir == host.file(PACKAGED_STATE)
    assert "state_dir" not in yaml_source.parse(plan.after, plan.files.config).value


def test_a_host_without_the_unit_has_nothing_to_start(tmp_path: Path) -> None:
    host, _ = running_host(tmp_path, **{"cat sm-dns.service": 1, "is-active sm-dns.service": 3})
    write(planned(host, {}), host)
    assert not planned(host, {}, was_set_up=True).is_changed


def test_a_service_that_does_not_run_is_a_change(tmp_path: Path) -> None:
    host, _ = running_host(tmp_path, **{"is-enabled sm-dns.service": 1})
    write(planned(host, {}), host)
    again = planned(host, {}, was_set_up=True)
    assert (again.is_written, again.is_changed) == (False, True)
