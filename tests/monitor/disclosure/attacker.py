"""A reader who has asked everything there is to ask, and works out all that follows from the answers together.

What is not known of an agency is how many of each department came at which times and for which services: a number for
each department and each set of *atoms*, an atom being the least that a question can be about (such as one service on
one day). Every answer bounds a sum of such numbers. The least and the greatest value that a count can have beside all
answers is then an integer program, which HiGHS solves: no reader can know more by reasoning on the answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]

Atoms = frozenset[int]


@dataclass(frozen=True, slots=True)
class Question:
    """How many persons of some departments came in any of some atoms."""

    departments: frozenset[str]
    atoms: Atoms


@dataclass(frozen=True, slots=True)
class Range:
    """What an answer says of the true number: not less than `low` and not more than `high`."""

    low: int
    high: int


class Attacker:
    """All that is known of an agency of these departments, by the answers to questions."""

    def __init__(self, departments: Sequence[str], atoms: int, answers: Mapping[Question, Range]) -> None:
        self._departments = departments
        self._patterns = [
            frozenset(at for at in range(atoms) if number >> at & 1) for number in range(1, 1 << atoms)
        ]
        rows = [self._row(question) for question in answers]
        self._known = LinearConstraint(
            np.array(rows),
            [answer.low for answer in answers.values()],
            [answer.high for answer in answers.values()],
        )

    def possible(self, question: Question) -> Range:
        """The least and the greatest number that is an answer to a question, whether it may be asked or not."""
        row = np.array(self._row(question))
        return Range(self._least(row), -self._least(-row))

    def _row(self, question: Question) -> list[float]:
        return [
            float(department in question.departments and bool(pattern & question.atoms))
            for department in self._departments
            for pattern in self._patterns
        ]

    def _least(self, row: np.ndarray[tuple[int], np.dtype[np.float64]]) -> int:
        found = milp(row, constraints=self._known, integrality=np.ones_like(row), bounds=Bounds(0, np.inf))
        assert found.success, found.message
        return round(float(found.fun))
