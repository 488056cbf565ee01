from __future__ import annotations

import io
import os
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from sm_dns.cli import common
from sm_dns.cli.main import cli as main
from sm_dns.settings import location
from sm_dns.util.errors import BadInput
from tests.cli.conftest import Office
from tests.conftest import require_root


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which nobody has said where the configuration is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SM_DNS_CONFIG", raising=False)
    monkeypatch.setattr(location, "PACKAGED", tmp_path / "etc.yaml")
    return tmp_path


def here(folder: Path) -> Path:
    (folder / "config").mkdir()
    (folder / "config" / "sm-dns.yaml").touch()
    return folder / "config" / "sm-dns.yaml"


@pytest.mark.parametrize(("user", "first"), [(0, "etc.yaml"), (1000, "config/sm-dns.yaml")])
def test_where_the_configuration_is(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch, user: int, first: str
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    with pytest.raises(BadInput, match="give --config"):
        location.default_config()
    (nowhere / "etc.yaml").touch()
    assert location.default_config() == nowhere / "etc.yaml"
    here(nowhere)
    assert location.default_config().absolute() == nowhere / first
    monkeypatch.setenv("SM_DNS_CONFIG", "/some/where.yaml")
    assert location.default_config() == Path("/some/where.yaml")


@pytest.mark.parametrize("writable", ["config/sm-dns.yaml", "config", "."])
def test_one_here_that_others_may_write_is_refused(nowhere: Path, writable: str) -> None:
    file = here(nowhere)
    assert location.default_config() == Path("config/sm-dns.yaml")
    (nowhere / writable).chmod(0o777)
    with pytest.raises(BadInput, match=r"may be written by others: give --config") as caught:
        location.default_config()
    assert caught.value.file == str(file)


def test_one_of_another_user_is_refused(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_root()
    os.chown(here(nowhere), 1000, 1000)
    with pytest.raises(BadInput, match="belongs to another user"):
        location.default_config()


def test_which_one_is_used_is_said_unless_it_was_named(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = office.run("exempt", "list")
    assert "configuration:" not in named.stderr
    monkeypatch.setenv("SM_DNS_CONFIG", str(office.config))
    found = CliRunner().invoke(main, ["exempt", "list"])
    assert found.exit_code == 0, found.output
    assert f"configuration: {office.config}" in found.stderr


def test_the_server_is_told_and_may_refuse(office: Office) -> None:
    add = ("domains", "add", "new.example", "--category", "social")
    with office.server({"ok": True, "generation": 5, "version": "0123456789ab", "names": 1331}) as asked:
        [added] = office.json(*add)
    assert added["reloaded"] is True
    assert asked == [{"command": "reload", "accept_removed": False}]
    (office.state / "control.sock").unlink()
    with office.server({"ok": False, "error": {"text": "social.txt:3: nonsense", "values": {}}}):
        result = office.run("domains", "add", "other.example", "--category", "social", exit_code=2)
    assert "the server keeps its old policy: social.txt:3: nonsense" in result.stderr


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("kind", "drawn"), [(_Terminal, True), (io.StringIO, False)])
def test_a_bar_grows_where_somebody_looks(
    monkeypatch: pytest.MonkeyPatch, kind: type[io.StringIO], drawn: bool
) -> None:
    screen = kind()
    monkeypatch.setattr("sys.stderr", screen)
    with common.progress(["a", "b"], "fetching") as taken:
        assert list(taken) == ["a", "b"]
    assert ("fetching" in screen.getvalue() and "100%" in screen.getvalue()) is drawn


def test_a_group_shows_whole_sentences() -> None:
    @click.group(cls=common.Group)
    def group() -> None:
        """A group."""

    @group.command("long")
    def long() -> None:
        """Say something that is longer than what click would show of it, to the very end. And more.

        And still more.
        """

    shown = " ".join(CliRunner().invoke(group, ["--help"]).stdout.split())
    assert "long Say something that is longer than what click would show of it, to the very end." in shown
    assert "And more" not in shown
