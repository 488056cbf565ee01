"""Every scenario, without sockets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.form import read
from tests.scenarios.without_sockets import Desk

FILES = sorted(Path(__file__).parent.glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_scenario_comes_out_as_its_file_says(file: Path, tmp_path: Path) -> None:
    scenario = read(file)
    desk = Desk(scenario, tmp_path)
    try:
        wrong = desk.play()
    finally:
        desk.close()
    assert not wrong, "\n".join([f"{file.name}: {scenario.title}", *wrong])
