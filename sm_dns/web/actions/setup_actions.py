"""Answers to the questions of setup: kept here, carried out by a command on the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from sm_dns.setup.asking.known import Known
from sm_dns.setup.asking.question import Given, Question
from sm_dns.setup.asking.questions import QUESTIONS
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, reason_of
from sm_dns.util.schema_notes import says
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values

ANSWER_FIELDS = (
    *(Field(question.name, summary=f"{question.text} As it is typed at setup") for question in QUESTIONS),
    Field("why", summary="the reason; the audit keeps it", required=True),
)


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """Where the answers lie."""

    file: str
    command: Annotated[str, says("carries them out, typed on the server")]


def keep_answers(backend: Backend, person: Person, values: Values) -> KeptAnswers:
    """Keep the answers to all questions that apply, once each one does. Raises `BadInput` for one that does not."""
    desk = backend.setup
    known = desk.known()
    given: dict[str, Any] = {}
    for question in QUESTIONS:
        if question.applies(known, given):
            given[question.name] = _answer(question, values, known, given)
    desk.plan(known, given)  # what cannot be written is refused here
    with backend.trail(person).turn() as turn:
        turn.change(
            "setup answers", str(desk.file), why=values["why"], detail={}, files=[desk.written(known, given)]
        )
    return KeptAnswers(str(desk.file), desk.command)


def _answer(question: Question, values: Mapping[str, str], known: Known, given: Given) -> Any:
    try:
        return question.taken(question.typed(values[question.name]), known, given)
    except (BadInput, ValueError) as error:
        reason = error.reason if isinstance(error, BadInput) else reason_of(error)
        raise BadInput("{field}: {reason}", field=Message(question.name), reason=reason) from error
