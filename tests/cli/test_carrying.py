"""Which commands a node has carried out, and that none of them reads a file of one server alone."""

from __future__ import annotations

import click
import pytest

from sm_dns.cli.carrying import _without_config
from sm_dns.cli.main import cli
from sm_dns.fleet.carried import CARRIED, MAX_OCTETS, OF_FILES, checked
from sm_dns.util.errors import BadInput


@pytest.mark.parametrize("way", sorted(CARRIED))
def test_a_carried_command_is_there_and_takes_no_file(way: tuple[str, ...]) -> None:
    command: click.Command | None = cli
    context = click.Context(cli)
    for name in way:
        assert isinstance(command, click.Group)
        command = command.get_command(context, name)
    assert command is not None and not isinstance(command, click.Group)
    for each in command.params:
        is_file = isinstance(each.type, click.Path | click.File) or "FILE" in str(each.metavar)
        assert not is_file or set(each.opts) & set(OF_FILES), each


def test_what_is_not_carried_is_refused_with_what_to_do() -> None:
    for arguments in (
        ("serve",),
        ("store", "purge"),
        ("domains", "add", "--from", "/etc/passwd", "--category", "social"),
        ("domains", "add", "--from=names", "--category", "social"),
        ("pause", "10m", "--config", "/tmp/other.yaml"),
        ("domains",),
        (),
        ("domains", "add", "a" * MAX_OCTETS),
    ):
        with pytest.raises(BadInput, match="do it on the primary"):
            checked(arguments)


def test_the_answer_that_was_given_on_the_node_goes_along() -> None:
    assert checked(("calendar", "accept", "2027")) == ("calendar", "accept", "2027", "--yes")
    assert checked(("calendar", "accept", "2027", "--yes")) == ("calendar", "accept", "2027", "--yes")


def test_the_nodes_own_configuration_stays_there() -> None:
    given = ["pause", "--config", "/a", "10m", "--config=/b", "--reason", "x"]
    assert _without_config(given) == ["pause", "10m", "--reason", "x"]
