"""What a host lacks for our own unbound, as its files tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.validation import unit_needs as needs
from sm_dns.validation.unit_needs import OWN_OF_DEBIAN, PROGRAM, ROOT_KEY, UNIT, UNIT_FOLDERS, unit_needs


def made(root: Path, *files: Path) -> None:
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text("")


def told(root: Path) -> list[tuple[str, str]]:
    return [(each.level, str(each.text)) for each in unit_needs(root)]


def test_an_empty_host_lacks_everything_and_is_told_each_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(needs, "USER", "nobody-of-that-name")
    found = told(tmp_path)
    assert {level for level, _ in found} == {"error"}
    words = ("apt install unbound", "apt install dns-root-data", "docs/install.md", "systemd-sysusers")
    for (_, text), word in zip(found, words, strict=True):
        assert word in text


@pytest.mark.parametrize("folder", UNIT_FOLDERS)
def test_a_host_that_has_everything_lacks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr(needs, "USER", "root")
    made(tmp_path, PROGRAM, ROOT_KEY, folder / UNIT)
    assert told(tmp_path) == []


def test_debians_own_service_stands_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "USER", "root")
    made(tmp_path, PROGRAM, ROOT_KEY, UNIT_FOLDERS[0] / UNIT, OWN_OF_DEBIAN)
    ((level, text),) = told(tmp_path)
    assert level == "warning" and "systemctl disable --now unbound" in text
