"""A plan is carried out whole: checked first, with what was there kept, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sm_dns.setup.apply import carry_out
from sm_dns.setup.asking.questions import answers
from sm_dns.setup.host import Host
from sm_dns.setup.plan import Plan, make_plan, site_files
from sm_dns.setup.resolved import DROP_IN
from sm_dns.setup.undo_note import read_note
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding
from tests.setup.test_resolved import lay_out
from tests.support.setting_up import ANSWERS, known, running_host

NOW = datetime(2026, 11, 30, 13, 8, 1, tzinfo=UTC)
GIVEN = {
    "listen": ["0.0.0.0"],
    "free_port": True,
    "upstreams": ["10.0.0.2"],
    "domains": {},
    "networks": ["10.0.0.0/8"],
    "state": "PJY",
    "weekend": ["SAT", "SUN"],
    "monitoring": False,
    "dashboard": "off",
    "first_week": True,
    **ANSWERS,
}
NO_SOCKET = {"is-active sm-dns.socket": 3}


def plan_of(host: Host) -> Plan:
    files = site_files(host, host.file("/etc/sm-dns/sm-dns.yaml"))
    return make_plan(host, files, known(host), answers(GIVEN))


def content(root: Path) -> dict[str, str]:
    return {str(each.relative_to(root)): each.read_text() for each in root.rglob("*") if each.is_file()}


def test_each_step_is_told_and_the_file_as_it_was_is_kept(tmp_path: Path) -> None:
    host, commands = running_host(tmp_path, **NO_SOCKET)
    lay_out(tmp_path, is_link=True)
    config = host.file("/etc/sm-dns/sm-dns.yaml")
    config.parent.mkdir()
    config.write_text("# ours\nschedules: {default: {}}\n")
    plan = plan_of(host)
    seen: list[str] = []

    def check(draft: Path) -> Iterable[Finding]:
        seen.append(draft.read_text())
        assert draft.parent == config.parent and config.read_text().startswith("# ours")
        return [finding("warning", "{name} is odd", name="this"), finding("note", "a note")]

    done = carry_out(host, plan, check, lambda: seen.append("on record"), None, NOW)
    said = [str(each).replace(str(tmp_path), "") for each in done]
    assert seen == [plan.after, "on record"]
    assert said == [
        "warning: this is odd",
        "the new file is good: sm-dns check takes it",
        "the file as it was is kept: /etc/sm-dns/sm-dns.yaml.before-20261130-130801",
        "/etc/sm-dns/sm-dns.yaml written",
        f"{DROP_IN} written",
        "systemd-resolved has given up port 53",
        "/etc/resolv.conf leads to /run/systemd/resolve/resolv.conf now",
        "the service goes by the new file",
    ]
    assert config.read_text() == plan.after
    assert (
        config.with_name("sm-dns.yaml.before-20261130-130801").read_text()
        == "# ours\nschedules: {default: {}}\n"
    )
    assert commands.changing == ["systemctl restart systemd-resolved", "systemctl reload sm-dns.service"]
    assert not list(config.parent.glob(".*"))
    note = read_note(plan.files.state_dir)
    assert note is not None and note.drop_in


@pytest.mark.parametrize("is_error", [True, False])
def test_what_would_not_work_is_not_written(is_error: bool, tmp_path: Path) -> None:
    host, commands = running_host(tmp_path)
    plan = plan_of(host)

    def check(draft: Path) -> Iterable[Finding]:
        if is_error:
            return [finding("error", "{part} would be left out", part="web")]
        raise BadInput("unknown key {key!r}", key="x", file=draft.absolute(), line=7)

    why = (
        "not written, for it would not work: web would be"
        if is_error
        else r"/sm-dns\.yaml:7: unknown key 'x'"
    )
    with pytest.raises(BadInput, match=why):
        list(carry_out(host, plan, check, lambda: None, None, NOW))
    assert not plan.files.config.exists() and not host.file(DROP_IN).exists()
    assert commands.changing == []
    assert not list(plan.files.config.parent.glob(".*"))


def test_what_cannot_be_put_on_record_is_not_done(tmp_path: Path) -> None:
    host, _ = running_host(tmp_path)
    plan = plan_of(host)

    def refuse() -> None:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        list(carry_out(host, plan, lambda _: (), refuse, None, NOW))
    assert not plan.files.config.exists()


def test_who_may_read_the_file_stays_and_a_link_stays_a_link(tmp_path: Path) -> None:
    host, _ = running_host(tmp_path)
    config, real = host.file("/etc/sm-dns/sm-dns.yaml"), tmp_path / "real.yaml"
    config.parent.mkdir()
    real.write_text("schedules: {default: {}}\n")
    real.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(real, 0, 65_533)
    config.symlink_to(real)
    modes: list[int] = []

    def check(draft: Path) -> Iterable[Finding]:
        modes.append(draft.stat().st_mode & 0o777)
        return ()

    plan = plan_of(host)
    list(carry_out(host, plan, check, lambda: None, None, NOW))
    assert config.is_symlink() and real.read_text() == plan.after
    files = [real, *config.parent.glob("*.before-*")]
    assert len(files) == 2 and modes == [0o640]
    for file in files:
        assert file.stat().st_mode & 0o777 == 0o640
        assert file.stat().st_gid == (65_533 if os.geteuid() == 0 else os.getgid())


def test_two_in_one_second_keep_two_files(tmp_path: Path) -> None:
    host, _ = running_host(tmp_path)
    config = host.file("/etc/sm-dns/sm-dns.yaml")
    config.parent.mkdir()
    for number in range(2):
        config.write_text(f"# {number}\nschedules: {{default: {{}}}}\n")
        list(carry_out(host, plan_of(host), lambda _: (), lambda: None, None, NOW))
    kept = sorted(each.read_text()[:3] for each in config.parent.glob("*.before-*"))
    assert kept == ["# 0", "# 1"]


def test_a_bare_host_gets_the_folders_and_the_calendars_that_ship(tmp_path: Path) -> None:
    host, _ = running_host(tmp_path)
    list(carry_out(host, plan_of(host), lambda _: (), lambda: None, None, NOW))
    made = set(content(tmp_path / "etc/sm-dns"))
    assert {"sm-dns.yaml", "calendar/putrajaya-2026.cal"} <= made
    assert (tmp_path / "etc/sm-dns/zones").is_dir()
