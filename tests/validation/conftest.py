from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import require
from tests.support.own_unbound import BrokenInternet, OwnUnbound
from tests.support.processes import free_port


@pytest.fixture(scope="module")
def unbound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnUnbound]:
    """Our own unbound, which runs, before a small internet of which some is signed and some wrongly."""
    require("unbound", "dig")
    folder: Path = tmp_path_factory.mktemp("unbound")
    internet, port = BrokenInternet(folder / "internet"), free_port()
    upstream = internet.serve_unchecked(port)
    own = OwnUnbound(folder, internet, port)
    try:
        own.start()
        yield own
    finally:
        own.stop()
        upstream.stop()
