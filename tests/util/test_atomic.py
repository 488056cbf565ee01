from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.util.atomic import write_atomically


def test_the_parts_replace_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    write_atomically(path, [b"new ", b"text"], mode=0o600)
    assert path.read_bytes() == b"new text"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")

    def parts() -> list[bytes]:
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        write_atomically(path, (part for _ in [0] for part in parts()))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
