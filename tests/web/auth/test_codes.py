"""A code works once, in this process and the next."""

from __future__ import annotations

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sm_dns.util.errors import BadInput
from sm_dns.web.auth import codes, totp
from sm_dns.web.auth.codes import UsedCodes

NOW = 1_786_334_400.0
SECRET = totp.new_secret()


def code(now: float = NOW) -> str:
    return totp.hotp(base64.b32decode(SECRET), int(now // totp.STEP))


def test_a_code_works_once_and_not_after_a_restart(tmp_path: Path) -> None:
    assert UsedCodes(tmp_path).accept("officer1", SECRET, code(), NOW)
    for used in (UsedCodes(tmp_path), UsedCodes(tmp_path)):
        assert not used.accept("officer1", SECRET, code(), NOW + 5)
        assert not used.accept("officer1", SECRET, code(NOW - totp.STEP), NOW)  # an earlier one neither
    assert UsedCodes(tmp_path).accept("officer2", SECRET, code(), NOW)
    assert UsedCodes(tmp_path).accept("officer1", SECRET, code(NOW + 30), NOW + 30)
    file = tmp_path / "web" / codes.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_of_many_at_once_one_comes_in(tmp_path: Path) -> None:
    used = UsedCodes(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: used.accept("officer1", SECRET, code(), NOW), range(8))) == 1


def test_a_wrong_code_writes_nothing(tmp_path: Path) -> None:
    assert not UsedCodes(tmp_path).accept("officer1", SECRET, "000000", NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_code_that_cannot_be_used_up_lets_nobody_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    used = UsedCodes(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("sm_dns.web.auth.codes.atomic_write", full)
        with pytest.raises(OSError, match="No space"):
            used.accept("officer1", SECRET, code(), NOW)
    assert used.accept("officer1", SECRET, code(), NOW)


@pytest.mark.parametrize("text", ["", "[]", '{"a": "x"}', "null"])
def test_a_damaged_file_lets_nobody_in_by_a_code(tmp_path: Path, text: str) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / codes.FILE).write_text(text)
    with pytest.raises(BadInput, match="not a file of used codes"):
        UsedCodes(tmp_path).accept("officer1", SECRET, code(), NOW)


def test_what_is_remembered_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "MAX_KEPT", 2)
    used = UsedCodes(tmp_path)
    for name in ("a", "b", "c"):
        assert used.accept(name, SECRET, code(), NOW)
    assert not used.accept("c", SECRET, code(), NOW)
    assert (tmp_path / "web" / codes.FILE).read_text().count(":") == 2
