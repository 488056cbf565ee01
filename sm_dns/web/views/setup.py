"""The questions of setup with their answers, and what these would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from sm_dns.setup.asking.known import Known
from sm_dns.setup.asking.question import Kind, Question
from sm_dns.setup.asking.questions import QUESTIONS, remarks
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.util.schema_notes import says
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Values


@dataclass(frozen=True, slots=True)
class ChoiceTold:
    """One of the words that an answer may be."""

    word: str
    text: Message


@dataclass(frozen=True, slots=True)
class Asked:
    """One question."""

    name: str
    kind: Kind
    text: Message
    help: Message
    answer: Annotated[str, says("as it would be typed: that which was given, or what is meant without one")]
    applies: Annotated[bool, says("it is asked after the answers before it")]
    choices: tuple[ChoiceTold, ...]
    facts: Annotated[tuple[Message, ...], says("what was found of the host")]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the answers that are kept would change."""

    is_done: Annotated[bool, says("everything is as they say")]
    changes: Annotated[str, says("of the configuration, as a difference")]
    others: Annotated[tuple[Message, ...], says("what is done beside it")]
    remarks: tuple[Message, ...]
    file: str
    command: Annotated[str, says("to be typed on the server")]


@dataclass(frozen=True, slots=True)
class Setup:
    """The questions, and what their answers would change; no outcome where nothing was answered here."""

    questions: tuple[Asked, ...]
    outcome: Outcome | None
    problem: Annotated[Message | None, says("why what was answered before does not do any more")]


def setup(backend: Backend, person: Person, values: Values) -> Setup:
    """What `sm-dns setup` asks."""
    known = backend.setup.known()
    try:
        given = backend.setup.given(known)
        outcome = None if given is None else _outcome(backend, known, given)
    except BadInput as error:
        return Setup(_questions(known, backend.setup.still_given(known)), None, error.message)
    return Setup(_questions(known, given or {}), outcome, None)


def _questions(known: Known, kept: Mapping[str, Any]) -> tuple[Asked, ...]:
    given: dict[str, Any] = {}
    found = []
    for question in QUESTIONS:
        applies = question.applies(known, given)
        value = kept[question.name] if question.name in kept else question.default(known, given)
        if applies:
            given[question.name] = value
        found.append(_asked(question, value, known, applies=applies))
    return tuple(found)


def _asked(question: Question, value: Any, known: Known, *, applies: bool) -> Asked:
    return Asked(
        name=question.name,
        kind=question.kind,
        text=question.text,
        help=question.help,
        answer=question.shown(value),
        applies=applies,
        choices=tuple(ChoiceTold(each.word, each.text) for each in question.choices(known)),
        facts=question.facts(known),
    )


def _outcome(backend: Backend, known: Known, given: Mapping[str, Any]) -> Outcome:
    plan = backend.setup.plan(known, given)
    return Outcome(
        is_done=not plan.is_changed,
        changes=plan.diff() if plan.is_written else "",
        others=tuple(plan.other_changes()),
        remarks=tuple(remarks(given, known)),
        file=str(backend.setup.file),
        command=backend.setup.command,
    )
