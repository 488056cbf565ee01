"""The way out undoes what setup did, and says what stays."""

from __future__ import annotations

from pathlib import Path

from sm_dns.setup.plan import site_files
from sm_dns.setup.resolved import DROP_IN, free_port
from sm_dns.setup.undo_note import FILE
from sm_dns.setup.uninstall import undo, what_stays, would_undo
from tests.setup.test_resolved import LINK, lay_out
from tests.support.setting_up import running_host


def test_everything_is_undone_and_a_second_time_there_is_nothing_to_undo(tmp_path: Path) -> None:
    host, commands = running_host(tmp_path)
    file, _ = lay_out(tmp_path, is_link=True)
    files = site_files(host, host.file("/etc/sm-dns/sm-dns.yaml"))
    files.state_dir.mkdir(parents=True)
    list(free_port(host, files.state_dir))
    commands.ran.clear()

    assert [str(each) for each in would_undo(host, files)] == [
        "the service is stopped, and starts no more",
        f"systemd-resolved gets port 53 back: {DROP_IN} goes",
        "/etc/resolv.conf becomes what it was",
    ]
    list(undo(host, files))
    assert not host.file(DROP_IN).exists() and str(file.readlink()) == LINK
    assert commands.changing[-1] == "systemctl restart systemd-resolved"
    assert not (files.state_dir / FILE).exists()
    commands.ran.clear()
    list(undo(host, files))
    assert "systemctl restart systemd-resolved" not in commands.changing


def test_what_stays_is_told_with_what_to_type(tmp_path: Path) -> None:
    host, _ = running_host(tmp_path)
    files = site_files(host, host.file("/etc/sm-dns/sm-dns.yaml"))
    said = "\n".join(map(str, what_stays(host, files)))
    assert str(files.state_dir) in said and "docs/install.md" in said
    host.file("/var/lib/dpkg/info").mkdir(parents=True)
    host.file("/var/lib/dpkg/info/sm-dns.list").touch()
    assert "sudo apt remove sm-dns" in "\n".join(map(str, what_stays(host, files)))
