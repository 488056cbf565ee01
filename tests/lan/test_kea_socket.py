from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.generation.lease_source import LeaseSource
from sm_dns.lan import kea_socket as module
from sm_dns.lan.kea_socket import KeaSocket
from sm_dns.util.errors import BadInput
from tests.support.kea import found, kea_socket, lease4, refused

PC = "3c:22:fb:01:02:03"
NONE_OF_SIX = refused("'lease6-get-all' command not supported.")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kea4.sock"


def asked(path: Path) -> KeaSocket:
    return KeaSocket(LeaseSource("kea_socket", str(path), "", "Asia/Kuala_Lumpur"))


def test_a_server_is_asked_in_the_words_of_both_families(path: Path) -> None:
    commands: list[str] = []

    def answer(command: str) -> bytes:
        commands.append(command)
        return found(lease4("10.0.0.1", PC, 1000)) if "4" in command else NONE_OF_SIX

    with kea_socket(path, answer):
        told = asked(path).changed(1010.0)
    assert told is not None
    assert commands == ["lease4-get-all", "lease6-get-all"]
    assert [(one.address, one.device, one.starts, one.ends) for one in told.reading.leases] == [
        ("10.0.0.1", PC, 1000.0, 4600.0)
    ]
    assert (told.written, told.form) == (1010.0, "kea_socket")


def test_the_same_again_is_no_change_and_a_rest_is_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = 0

    def answer(command: str) -> bytes:
        nonlocal count
        count += 1
        return found()

    with kea_socket(path, answer):
        source = asked(path)
        monkeypatch.setattr(module, "REST", 0)
        assert source.changed(1.0) is not None
        monkeypatch.setattr(module, "REST", 10**9)
        assert source.changed(2.0) is None
        assert source.changed(3.0) is None
    assert count == 4  # not asked at the third look


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (refused("'lease4-get-all' command not supported."), "refuses: 'lease4-get-all' command not supp"),
        (refused("no", 1), "refuses: no"),
        (b"nonsense", "no JSON"),
        (b"[" * 200_000, "no JSON"),
        (b"[]", "no result"),
        (b"x" * 2000, "more than 1000 octets"),
    ],
)
def test_whatever_it_answers_ends_in_words(
    path: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes, reason: str
) -> None:
    if "octets" in reason:
        monkeypatch.setattr(module, "MAX_BYTES", 1000)
    with kea_socket(path, lambda command: answer), pytest.raises(BadInput, match=reason):
        asked(path).changed(0.0)


def test_one_that_does_not_answer_is_waited_for_no_longer_than_the_bound(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.05)
    with kea_socket(path, lambda command: b""), pytest.raises(TimeoutError):
        asked(path).changed(0.0)
    with pytest.raises(FileNotFoundError):
        asked(path).changed(0.0)
