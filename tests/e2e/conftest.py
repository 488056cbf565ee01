"""A real unbound and houses with a real server; whatever a test starts is ended by its pid."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import require
from tests.support.processes import free_port
from tests.support.server import House
from tests.support.unbound import Unbound


@pytest.fixture(scope="session")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unbound]:
    """The upstream that every test may ask and none may stop."""
    yield from _unbound(tmp_path_factory.mktemp("unbound"))


@pytest.fixture
def own_upstream(tmp_path: Path) -> Iterator[Unbound]:
    """An upstream of the test's own, which it may stop and start."""
    directory = tmp_path / "unbound"
    directory.mkdir()
    yield from _unbound(directory)


def _unbound(directory: Path) -> Iterator[Unbound]:
    require("unbound", "dig")
    unbound = Unbound(directory, free_port())
    try:
        unbound.start()
        yield unbound
    finally:
        unbound.stop()


@pytest.fixture
def house(tmp_path: Path, upstream: Unbound) -> Iterator[House]:
    """A house with the minimal configuration; its server is not started yet."""
    house = House(tmp_path, [upstream.address])
    try:
        yield house
    finally:
        house.close()
