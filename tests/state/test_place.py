from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.state.place import PACKAGED_STATE, possible_state_dirs


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("listen: [\nstate_dir: ../var # here\n", "../var"),
        ('state_dir: "/srv/a b"\nworkrs: 2\n', "/srv/a b"),
        ("state_dir: 'x'\n", "x"),
        ("other:\n  state_dir: y\n", None),
        ("state_dir:\n", None),
        ("", None),
    ],
)
def test_the_place_a_broken_file_names_and_the_default(tmp_path: Path, text: str, named: str | None) -> None:
    config = tmp_path / "sm-dns.yaml"
    config.write_text(text)
    expected = [] if named is None else [(tmp_path / named).resolve()]
    assert possible_state_dirs(config) == [*expected, tmp_path.resolve() / "var"]


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    """A checkout has its state where the file that ships says, though that file is not there any more."""
    folder = tmp_path.resolve()
    assert possible_state_dirs(tmp_path / "gone.yaml") == [folder / "var", folder.parent / "var"]
    assert possible_state_dirs(Path("/etc/sm-dns-gone/sm-dns.yaml"))[0] == Path(PACKAGED_STATE)
