"""The stub of systemd-resolved gives its port up, and has it back as if nothing had been."""

from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.setup.resolved import DROP_IN, free_port, take_back
from sm_dns.setup.undo_note import UndoNote, read_note
from sm_dns.util.errors import BadInput
from tests.support.setting_up import running_host

LINK = "../run/systemd/resolve/stub-resolv.conf"
RESTART = "systemctl restart systemd-resolved"


def lay_out(root: Path, *, is_link: bool) -> tuple[Path, Path]:
    """/etc/resolv.conf that names the stub, and a state directory."""
    folder = root / "run/systemd/resolve"
    folder.mkdir(parents=True)
    (folder / "stub-resolv.conf").write_text("nameserver 127.0.0.53\n")
    (folder / "resolv.conf").write_text("nameserver 10.0.0.2\n")
    file, state = root / "etc/resolv.conf", root / "state"
    state.mkdir()
    if is_link:
        file.symlink_to(LINK)
    else:
        file.write_text("# by hand\nnameserver 127.0.0.53\n")
    return file, state


@pytest.mark.parametrize("is_link", [True, False])
def test_done_and_undone(is_link: bool, tmp_path: Path) -> None:
    host, commands = running_host(tmp_path)
    file, state = lay_out(tmp_path, is_link=is_link)
    before = file.read_text()
    said = list(map(str, free_port(host, state)))
    assert "DNSStubListener=no" in host.file(DROP_IN).read_text()
    assert str(file.readlink()) == "/run/systemd/resolve/resolv.conf"
    assert commands.changing == [RESTART]
    assert said[-1] == "/etc/resolv.conf leads to /run/systemd/resolve/resolv.conf now"
    note = read_note(state)
    assert note == UndoNote(True, LINK if is_link else None, None if is_link else before)

    said = list(map(str, take_back(host, note)))
    assert not host.file(DROP_IN).exists()
    assert file.is_symlink() is is_link and file.read_text() == before
    assert commands.changing == [RESTART, RESTART]
    assert said[-1] == "/etc/resolv.conf is as before"


def test_a_second_time_notes_what_was_before_the_first(tmp_path: Path) -> None:
    host, _ = running_host(tmp_path)
    _, state = lay_out(tmp_path, is_link=True)
    for _ in range(2):
        list(free_port(host, state))
    assert read_note(state) == UndoNote(True, LINK, None)


def test_what_somebody_changed_since_stays(tmp_path: Path) -> None:
    host, _ = running_host(tmp_path)
    file, state = lay_out(tmp_path, is_link=True)
    list(free_port(host, state))
    file.unlink()
    file.write_text("nameserver 10.0.0.9\n")
    note = read_note(state)
    assert note is not None
    said = list(map(str, take_back(host, note)))
    assert said[-1] == "/etc/resolv.conf was changed by somebody since: it stays as it is"
    assert file.read_text() == "nameserver 10.0.0.9\n"


def test_a_resolv_conf_that_names_no_stub_is_left_alone(tmp_path: Path) -> None:
    host, _ = running_host(tmp_path)
    file, state = lay_out(tmp_path, is_link=False)
    file.write_text("nameserver 10.0.0.2\n")
    list(free_port(host, state))
    assert read_note(state) == UndoNote(True, None, None)
    assert file.read_text() == "nameserver 10.0.0.2\n"


def test_where_it_does_not_start_that_is_told_and_it_can_be_undone(tmp_path: Path) -> None:
    host, commands = running_host(tmp_path, **{"restart systemd-resolved": 1})
    file, state = lay_out(tmp_path, is_link=True)
    with pytest.raises(BadInput, match="systemd-resolved does not start: what restart says"):
        list(free_port(host, state))
    commands.codes.clear()
    note = read_note(state)
    assert note is not None and str(file.readlink()) == LINK
    list(take_back(host, note))
    assert not host.file(DROP_IN).exists() and str(file.readlink()) == LINK


def test_a_note_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "setup.json").write_text("{")
    with pytest.raises(BadInput, match=r"setup\.json: is not JSON"):
        read_note(tmp_path)
    (tmp_path / "setup.json").write_text("{}")
    with pytest.raises(BadInput, match=r"setup\.json: .*drop_in"):
        read_note(tmp_path)
