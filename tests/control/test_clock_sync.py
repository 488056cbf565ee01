from __future__ import annotations

import ctypes
from typing import Any

import pytest

from sm_dns.control.clock_sync import is_synchronised


@pytest.mark.parametrize(("state", "said"), [(0, True), (3, True), (5, False), (-1, None)])
def test_what_the_kernel_says(monkeypatch: pytest.MonkeyPatch, state: int, said: bool | None) -> None:
    class Library:
        def adjtimex(self, buffer: Any) -> int:
            assert len(buffer) >= 208  # struct timex on 64-bit Linux
            assert buffer.raw == bytes(len(buffer))  # modes 0: only ask
            return state

    monkeypatch.setattr(ctypes, "CDLL", lambda *arguments, **options: Library())
    assert is_synchronised() is said


def test_a_library_without_the_call_does_not_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda *arguments, **options: object())
    assert is_synchronised() is None


def test_this_host_answers_somehow() -> None:
    assert is_synchronised() in (True, False, None)
