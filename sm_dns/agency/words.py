"""What an agency calls a part of itself and the head of that part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Word(NamedTuple):
    """A noun in small letters; Malay has one form for one and for many."""

    ms: str
    en: str
    en_many: str


@dataclass(frozen=True)
class AgencyWords:
    """department: a part of the agency; head: who leads it."""

    department: Word
    head: Word

    def fields(self, language: str) -> dict[str, str]:
        """What stands for {department} and the like in sentences in Malay, or in English for every other language.

        With a capital they begin a sentence; `{Head}` in Malay is a title, of which every word has one.
        """
        if language == "ms":
            department, head = self.department.ms, self.head.ms
            departments, heads, titled = department, head, _title
        else:
            department, departments = self.department.en, self.department.en_many
            head, heads, titled = self.head.en, self.head.en_many, _capital
        return {
            "department": department,
            "Department": _capital(department),
            "departments": departments,
            "Departments": _capital(departments),
            "head": head,
            "Head": titled(head),
            "heads": heads,
            "Heads": titled(heads),
        }

    def unusable(self) -> str | None:
        """The first word that no sentence can hold, None where all are good."""
        words = (*self.department, *self.head)
        return next((each for each in words if not each.isprintable() or {"{", "}"} & {*each}), None)


NO_WORDS = AgencyWords(Word("", "", ""), Word("", "", ""))
"""Where nothing is said."""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _title(text: str) -> str:
    return " ".join(map(_capital, text.split(" ")))
