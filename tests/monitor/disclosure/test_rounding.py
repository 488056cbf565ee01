"""Numbers rounded for who is not the administrator: that nothing below five comes out, however it is asked for."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from sm_dns.monitor.disclosure.rounding import Rounding
from sm_dns.monitor.model import Cell
from tests.monitor.disclosure.attacker import Atoms, Attacker, Question, Range

LIMIT = 5


@dataclass(frozen=True)
class Space:
    """What may be asked: one day or all, one service (or category) or all, one decision or all, in any combination. A
    single of each is the least that a question can be about."""

    days: int
    services: int
    decisions: int

    @property
    def atoms(self) -> Atoms:
        return frozenset(range(self.days * self.services * self.decisions))

    def choices(self) -> list[Atoms]:
        """All that the three filters together can choose."""
        return [
            days & services & decisions
            for days in self._chosen(self.days, self.services * self.decisions)
            for services in self._chosen(self.services, self.decisions)
            for decisions in self._chosen(self.decisions, 1)
        ]

    def _chosen(self, count: int, apart: int) -> list[Atoms]:
        """Each of so many whose atoms stand so far apart, and all."""
        if count == 1:
            return [self.atoms]
        each = [frozenset(at for at in self.atoms if at // apart % count == one) for one in range(count)]
        return [*each, self.atoms]


BY_DAY = Space(days=3, services=2, decisions=1)
BY_DECISION = Space(days=2, services=2, decisions=2)


def rounding(number: int = 0, step: int = LIMIT) -> Rounding:
    return Rounding(number.to_bytes(16, "big"), step)


@pytest.mark.parametrize("count", range(LIMIT + 1))
def test_nobody_and_few_look_alike(count: int) -> None:
    assert rounding().persons((1 << count) - 1) == Cell(None, "few")


@pytest.mark.parametrize("count", range(LIMIT + 1, 40))
def test_others_are_a_multiple_beside_them(count: int) -> None:
    shown = {rounding(number).persons((1 << count) - 1) for number in range(64)}
    below = count - count % LIMIT
    assert shown == {
        Cell(each, "rounded") for each in {below, below if count % LIMIT == 0 else below + LIMIT}
    }


@pytest.mark.parametrize("count", [6, 7, 8, 9, 23])
def test_rounding_is_right_on_the_whole(count: int) -> None:
    tried = 4000
    counts = [rounding(number).persons((1 << count) - 1).count or 0 for number in range(tried)]
    assert abs(sum(counts) / tried - count) < 0.2


def test_the_same_persons_are_rounded_alike_and_others_on_their_own() -> None:
    mine, others = rounding(), [0b111_1110 << shift for shift in range(64)]
    assert len({mine.persons(each) for each in others}) == 2
    assert [mine.persons(each) for each in others] == [rounding().persons(each) for each in others]


def test_what_happened_is_rounded_by_its_name() -> None:
    assert rounding().events("facebook 2026-10", 3) == Cell(None, "few")
    shown = {rounding().events(f"facebook {day}", 13) for day in range(64)}
    assert shown == {Cell(10, "rounded"), Cell(15, "rounded")}


class Agency:
    """Some persons in departments, each with the atoms in which they came."""

    def __init__(self, space: Space, departments: dict[str, list[Atoms]]) -> None:
        self.space = space
        self.departments = departments
        self._numbers: dict[tuple[str, int], int] = {}
        for name, persons in departments.items():
            for at in range(len(persons)):
                self._numbers[name, at] = len(self._numbers)

    def members(self, question: Question) -> int:
        return sum(
            1 << self._numbers[name, at]
            for name in question.departments
            for at, atoms in enumerate(self.departments[name])
            if atoms & question.atoms
        )

    def questions(self) -> list[Question]:
        """Every department and all of them, for all that may be chosen."""
        names = [frozenset({name}) for name in self.departments] + [frozenset(self.departments)]
        return [Question(name, atoms) for name in names for atoms in self.space.choices()]


def some_agency(space: Space, seed: int) -> Agency:
    """Two to four departments, of few and of many, who come seldom or often."""
    draw = random.Random(seed)
    departments = {}
    for name in "abcd"[: draw.randint(2, 4)]:
        often = draw.choice([0.1, 0.3, 0.6])
        persons = [
            frozenset(at for at in sorted(space.atoms) if draw.random() < often)
            for _ in range(draw.choice([3, 6, 12, 25]))
        ]
        departments[name] = [each for each in persons if each]
    return Agency(space, departments)


def seldom(space: Space, *counts: int) -> Agency:
    """Departments of so many persons, who came once each, one atom after the other: all sums add up."""
    return Agency(
        space,
        {
            name: [frozenset({at % len(space.atoms)}) for at in range(count)]
            for name, count in zip("abcd", counts, strict=False)
        },
    )


def refused(*counts: int) -> Agency:
    """Departments of so many persons who were denied everything on both days, and of three more each who were
    answered once: any decision less the denied is these few."""
    space = BY_DECISION
    denied = frozenset(at for at in space.atoms if at % space.decisions == 0)
    departments = {}
    for name, count in zip("ab", counts, strict=True):
        departments[name] = [
            *([denied] * count),
            *(frozenset({each}) for each in sorted(space.atoms - denied)[:3]),
        ]
    return Agency(space, departments)


def understood(cell: Cell) -> Range:
    """What a rounded number says of the true one."""
    if cell.count is None:
        return Range(0, LIMIT)
    return Range(max(LIMIT + 1, cell.count - LIMIT + 1), cell.count + LIMIT - 1)


def exact_but_for_the_small(count: int) -> Range:
    """A table whose small numbers are hidden and nothing else."""
    return Range(1, LIMIT - 1) if 0 < count < LIMIT else Range(count, count)


def recovered(agency: Agency, answer: Callable[[int], Range]) -> list[Question]:
    """The questions whose small true answer follows from the answers to all together."""
    asked = agency.questions()
    attacker = Attacker(
        list(agency.departments),
        len(agency.space.atoms),
        {each: answer(agency.members(each)) for each in asked},
    )
    found = []
    for question in asked:
        count = agency.members(question).bit_count()
        if 0 < count < LIMIT:
            possible = attacker.possible(question)
            assert possible.low <= count <= possible.high
            if possible.low == possible.high:
                found.append(question)
    return found


AGENCIES = [
    *(pytest.param(some_agency(BY_DAY, seed), id=f"agency-{seed}") for seed in range(2)),
    pytest.param(seldom(BY_DAY, 4, 4, 4, 4), id="each-of-four"),
    pytest.param(seldom(BY_DAY, 4, 24), id="few-beside-many"),
    pytest.param(seldom(BY_DAY, 24, 3, 24), id="three-between-many"),
    pytest.param(some_agency(BY_DECISION, 0), id="by-decision"),
    pytest.param(refused(24, 3), id="three-answered-of-many-denied"),
]


@pytest.mark.parametrize("agency", AGENCIES)
def test_everything_that_may_be_asked_together_gives_nothing_below_five(agency: Agency) -> None:
    mine = rounding()
    assert recovered(agency, lambda members: understood(mine.persons(members))) == []


def test_the_same_reader_sees_through_hidden_small_numbers() -> None:
    """Or else what he does not find above would say nothing."""
    for agency in (some_agency(BY_DAY, 3), seldom(BY_DAY, 4, 24), refused(24, 3)):
        assert recovered(agency, lambda members: exact_but_for_the_small(members.bit_count()))
