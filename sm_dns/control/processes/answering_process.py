"""A heard process that answers others: it says at which addresses, and which it cannot have (`ipc/web_words.py`)."""

from __future__ import annotations

from typing import Protocol, TypeVar

from sm_dns.control.processes.heard_process import HeardProcess
from sm_dns.ipc.web_words import WORDS, Answering, CannotStart, Missing
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message

MAX_MISSING = 64  # addresses of a process that are told as missing


class Plan(Protocol):
    """What a process is to do."""

    @property
    def is_on(self) -> bool:
        """Whether there is anything to do."""


P = TypeVar("P", bound=Plan)


class AnsweringProcess(HeardProcess[P]):
    """One such process."""

    def __init__(self, called: str, plan: P) -> None:
        super().__init__(called, plan)
        self._listening: list[str] = []
        self._missing: list[Message] = []  # where it does not answer, and why

    def _is_wanted(self) -> bool:
        return self._plan.is_on

    def _hear(self, line: bytes) -> bool:
        try:
            word = WORDS.read(line)
        except BadInput:
            return False
        if isinstance(word, Answering):
            self._listening, self._missing = list(word.addresses), []
            return True
        if isinstance(word, Missing) and len(self._missing) < MAX_MISSING:
            self._missing.append(word.reason)
        elif isinstance(word, CannotStart):
            self._said = word.reason
        return False

    def _forget(self) -> None:
        self._listening, self._missing = [], []
