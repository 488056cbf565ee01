"""`sm-dns setup --answers` and `sm-dns uninstall` on a system that is a folder."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sm_dns.cli.commands.install import setup
from sm_dns.cli.main import cli
from sm_dns.settings.load import load_settings
from sm_dns.setup.host import Host
from sm_dns.setup.port_holder import PortHolder
from sm_dns.setup.resolved import DROP_IN
from sm_dns.state import audit
from tests.conftest import lacking, require, require_root
from tests.e2e.upstreams.hostile import hostile_upstreams
from tests.setup.test_resolved import lay_out
from tests.setup.test_trial import Denies, Refuses
from tests.support.setting_up import ANSWERS, FINDINGS
from tests.support.terminal import at_a_terminal

GIVEN = "".join(f"{name}: {value}\n" for name, value in ANSWERS.items())


class System:
    """A system below a folder."""

    def __init__(self, root: Path) -> None:
        require("openssl")
        self.root = root / "root"
        (self.root / "etc").mkdir(parents=True)
        self.answers = root / "answers.yaml"
        self.answers.write_text(GIVEN)

    @property
    def config(self) -> Path:
        return self.root / "etc/sm-dns/sm-dns.yaml"

    def run(self, *words: str, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(cli, [*words, "--root", str(self.root)], env={"LANG": "C.UTF-8"})
        assert result.exit_code == exit_code, result.output
        return result

    def set_up(self, *words: str, exit_code: int = 0) -> Result:
        return self.run("setup", "--answers", str(self.answers), *words, exit_code=exit_code)


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> System:
    monkeypatch.setattr(setup, "look_at", lambda host: FINDINGS)
    return System(tmp_path)


def test_without_yes_it_shows_and_changes_nothing(system: System) -> None:
    said = system.set_up().output
    assert '+listen: ["10.0.0.5:53", "[fd00::5]:53", "127.0.0.1:53", "[::1]:53"]' in said
    assert said.endswith("Nothing was changed: --yes carries it out.\n")
    assert not system.config.exists()


def test_who_says_no_at_a_terminal_hears_that_nothing_was_changed(system: System) -> None:
    system.answers.write_text(GIVEN + 'listen: ["127.0.0.1"]\nupstreams: ["192.0.2.53"]\ndashboard: "off"\n')
    words = ("setup", "--answers", str(system.answers), "--root", str(system.root))
    with at_a_terminal(*words) as terminal:
        terminal.wait_for("Shall this be done?")
        terminal.wait_for("[yes] > ")
        terminal.type("no")
        assert terminal.end() == 1
    assert terminal.shown.rstrip().endswith("Nothing was changed.")
    assert not system.config.exists()


def test_devices_are_not_sent_to_a_server_that_resolves_nothing(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "has_unit", lambda host: True)
    monkeypatch.setattr(setup, "_steps", lambda work, plan: ())
    with hostile_upstreams({"refuses": Refuses, "resolves": Denies}) as servers:
        for name, is_warned in (("refuses", True), ("resolves", False)):
            system.answers.write_text(GIVEN + f'listen: ["127.0.0.1:{servers.ports[name]}", "10.0.0.5"]\n')
            said = system.set_up("--yes").output
            before = said.partition("Have devices ask this server")[0]
            assert ("This server resolves nothing yet" in before) is is_warned


def test_a_disk_that_is_mounted_read_only_is_called_so(system: System) -> None:
    require_root()
    folder = str(system.root / "etc")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", folder], check=False).returncode:
        lacking("no file system may be mounted here")
    try:
        for words in (["setup", "--print-answers"], ["uninstall", "--yes"]):
            assert system.run(*words, exit_code=1).output == f"error: {folder}: Read-only file system\n"
    finally:
        subprocess.run(["umount", folder], check=True)


def test_it_writes_what_check_takes_and_a_second_run_changes_nothing(system: System) -> None:
    said = system.set_up("--yes").output
    assert "the new file is good: sm-dns check takes it" in said
    assert "dhcp-option=option:dns-server,10.0.0.5" in said
    assert "Dashboard: https://10.0.0.5:8443/" in said and "fingerprint" in said
    assert said.splitlines()[-1] == "Next: sudo sm-dns status"
    settings = load_settings(system.config)
    assert [str(each) for each in settings.web.listen] == ["10.0.0.5:8443", "[fd00::5]:8443"]
    before = {each: each.stat().st_mtime_ns for each in (system.root / "etc").rglob("*")}
    assert system.set_up("--yes").output == "Nothing is to be changed: everything is as these answers say.\n"
    assert {each: each.stat().st_mtime_ns for each in (system.root / "etc").rglob("*")} == before


def test_a_program_is_told_whether_anything_changed(system: System) -> None:
    first = json.loads(system.set_up("--json").output)
    assert (first["changed"], first["done"], first["steps"]) == (True, False, [])
    assert not system.config.exists()
    done = json.loads(system.set_up("--json", "--yes").output)
    assert (done["changed"], done["done"]) == (True, True)
    assert "+++" in done["diff"] and done["steps"]
    again = json.loads(system.set_up("--json", "--yes").output)
    assert (again["changed"], again["done"], again["diff"]) == (False, False, "")


def test_who_has_the_port_is_told_with_what_to_type(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    named = PortHolder(
        "10.0.0.5", "udp", "other", "named", 7, "named.service", "sudo systemctl disable --now named"
    )
    monkeypatch.setattr(setup, "look_at", lambda host: replace(FINDINGS, holders=(named,)))
    line = (
        "port 53 of 10.0.0.5 is held by named (pid 7). To have it let go: sudo systemctl disable --now named"
    )
    assert system.set_up().output.startswith(line)
    assert json.loads(system.set_up("--json").output)["in_the_way"] == [line]


def test_the_holidays_of_another_state_are_what_comes_next(system: System) -> None:
    system.answers.write_text(GIVEN + "state: Pahang\n")
    assert "calendar propose" in system.set_up("--yes").output.splitlines()[-1]


def test_the_audit_has_it(system: System) -> None:
    system.set_up("--yes")
    file = system.root / "var/lib/sm-dns" / audit.FILE
    assert [(each.action, each.target) for each in audit.read(file)] == [("setup", str(system.config))]
    system.run("uninstall", "--yes")
    assert [each.action for each in audit.read(file)] == ["setup", "uninstall"]
    assert audit.verify(file).ok


def test_an_unknown_key_ends_it_with_its_line(system: System) -> None:
    system.answers.write_text(GIVEN + "upstream: [10.0.0.2]\n")
    said = system.set_up("--yes", exit_code=2).output
    assert "answers.yaml:4: unknown key 'upstream'; did you mean 'upstreams'?" in said
    assert not system.config.exists()


def test_a_configuration_that_is_broken_ends_it_with_its_line(system: System) -> None:
    system.config.parent.mkdir()
    system.config.write_text("listen: 53\nschedules: {default: {}}\n")
    assert "sm-dns.yaml:1: listen: must be a list" in system.set_up("--yes", exit_code=2).output


def test_without_a_terminal_and_without_answers_it_says_what_to_give(system: System) -> None:
    assert "run it in a terminal, or give --answers FILE" in system.run("setup", exit_code=2).output
    assert "--yes and --json go with --answers FILE" in system.run("setup", "--yes", exit_code=2).output
    assert "run it in a terminal, or give --yes" in system.run("uninstall", exit_code=2).output


def test_a_printed_file_of_answers_is_taken(system: System) -> None:
    printed = system.run("setup", "--print-answers").output
    for name, value in ANSWERS.items():
        assert f'\n{name}: ""\n' in printed
        printed = printed.replace(f'\n{name}: ""\n', f'\n{name}: "{value}"\n')
    system.answers.write_text(printed)
    system.set_up("--yes")
    again = system.run("setup", "--print-answers").output  # what is there now is where the next begins
    assert 'agency_ms: "Jabatan Contoh"' in again and "listen: [10.0.0.5" in again


def test_port_53_is_freed_and_given_back(system: System) -> None:
    file, _ = lay_out(system.root, is_link=True)
    system.answers.write_text(GIVEN + 'listen: ["0.0.0.0", "::"]\nupstreams: [10.0.0.2]\n')
    said = system.set_up("--yes").output
    assert f"{DROP_IN} written" in said
    assert (system.root / DROP_IN.lstrip("/")).exists()
    assert str(file.readlink()) == "/run/systemd/resolve/resolv.conf"
    said = system.run("uninstall", "--yes").output
    assert "/etc/resolv.conf is as before" in said and "the audit, the history and the counts" in said
    assert not (system.root / DROP_IN.lstrip("/")).exists() and file.exists()
    assert system.config.exists()


def test_malay_is_said_to_who_speaks_it(system: System) -> None:
    said = system.set_up("--lang", "ms").output
    assert said.endswith("Tiada yang diubah: --yes melaksanakannya.\n")


def test_services_are_touched_for_the_file_that_they_go_by_alone(tmp_path: Path) -> None:
    from sm_dns.cli.setup_site import site

    host, _ = site(Path("/"), tmp_path / "sm-dns.yaml")
    assert not host.has_systemd
    assert site(tmp_path, None)[0] == Host(tmp_path, is_running=False)
