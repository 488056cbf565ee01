from __future__ import annotations

import io
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from sm_dns.cli import common
from sm_dns.control import config_path
from sm_dns.errors import BadInput
from tests.cli.conftest import Office


def test_where_the_configuration_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SM_DNS_CONFIG", raising=False)
    monkeypatch.setattr(config_path, "_PLACES", (Path("config/sm-dns.yaml"), tmp_path / "etc.yaml"))
    with pytest.raises(BadInput, match="give --config"):
        config_path.default_config()
    (tmp_path / "etc.yaml").touch()
    assert config_path.default_config() == tmp_path / "etc.yaml"
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "sm-dns.yaml").touch()
    assert config_path.default_config() == Path("config/sm-dns.yaml")
    monkeypatch.setenv("SM_DNS_CONFIG", "/some/where.yaml")
    assert config_path.default_config() == Path("/some/where.yaml")


def test_control_characters_are_shown_not_obeyed() -> None:
    assert common.printable("pejabat ü\x1b[31m\n") == "pejabat ü\\x1b[31m\\n"


def test_the_server_is_told_and_may_refuse(office: Office) -> None:
    add = ("domains", "add", "new.example", "--category", "social")
    with office.server({"ok": True}) as asked:
        [added] = office.json(*add)
    assert added["reloaded"] is True
    assert asked == [{"command": "reload"}]
    (office.state / "control.sock").unlink()
    with office.server({"ok": False, "error": "social.txt:3: nonsense"}):
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
