"""The questions as a person is asked them: what is known, what Enter means, and again where an answer does not do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from sm_dns.setup.asking.known import Known
from sm_dns.setup.asking.question import NONE, Given, Question, typed_yes_no
from sm_dns.setup.asking.questions import QUESTIONS
from sm_dns.util.errors import BadInput
from sm_dns.util.message import NOTHING, Message, reason_of

MAX_TRIES = 20  # of one answer; then somebody fell asleep on the keyboard

_YES, _NO = Message("yes"), Message("no")


class Talk(Protocol):
    """Whoever is asked, and how."""

    def say(self, said: Message) -> None:
        """A line to read."""

    def ask(self, offered: str) -> str:
        """What is typed for the question that was just said; `offered` is what Enter means, "" for nothing."""

    def word(self, said: Message) -> str:
        """A message in the language of this person."""


def ask_all(known: Known, talk: Talk) -> dict[str, Any]:
    """The answers to every question that applies. Raises `BadInput` where one is never answered."""
    given: dict[str, Any] = {}
    for question in QUESTIONS:
        if not question.applies(known, given):
            continue
        talk.say(NOTHING)
        _tell(question.facts(known), talk)
        given[question.name] = _answer(question, known, given, talk)
        _tell(question.remarks(given[question.name], known), talk)
    return given


def agreed(text: Message, talk: Talk, enter: bool) -> bool:
    """Whether somebody says yes; `enter` is what Enter means. Raises `BadInput` where it is never said."""
    talk.say(text)
    for _ in range(MAX_TRIES):
        typed = talk.ask(talk.word(_YES if enter else _NO))
        if not typed.strip():
            return enter
        try:
            return typed_yes_no(typed)
        except ValueError as error:
            _refuse(error, talk)
    raise BadInput("no answer in {tries} tries", tries=MAX_TRIES)


def _answer(question: Question, known: Known, given: Given, talk: Talk) -> Any:
    talk.say(question.text)
    talk.say(Message("  {line}", line=question.help))
    for choice in question.choices(known):
        talk.say(Message("    {word}: {text}", word=choice.word, text=choice.text))
    offered = question.default(known, given)
    for _ in range(MAX_TRIES):
        typed = talk.ask(_shown(question, offered, talk))
        try:
            value = question.typed(typed) if typed.strip() else offered
            return question.taken(value, known, given)
        except (BadInput, ValueError) as error:
            _refuse(error, talk)
    raise BadInput("no answer in {tries} tries", tries=MAX_TRIES)


def _shown(question: Question, value: Any, talk: Talk) -> str:
    """What Enter means, in the words of this person; for nothing at all what would have to be typed for it."""
    if question.kind == "yes-no":
        return talk.word(_YES if value else _NO)
    return question.shown(value) or (NONE if question.kind == "domains" else "")


def _refuse(error: Exception, talk: Talk) -> None:
    reason = error.reason if isinstance(error, BadInput) else reason_of(error)
    talk.say(Message("  not so: {reason}", reason=reason))


def _tell(lines: Iterable[Message], talk: Talk) -> None:
    for line in lines:
        talk.say(Message("  {line}", line=line))
