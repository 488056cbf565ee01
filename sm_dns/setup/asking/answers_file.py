"""The file of answers: the same questions for a program, or for the second server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sm_dns.settings import yaml_source
from sm_dns.settings.yaml_edit import flow
from sm_dns.setup.asking.known import Known
from sm_dns.setup.asking.question import Given, Question
from sm_dns.setup.asking.questions import BY_NAME, QUESTIONS
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, did_you_mean, reason_of


def read_answers(file: Path, known: Known) -> dict[str, Any]:
    """Every answer, those that the file leaves out as Enter would have them.

    Raises `BadInput` with file and line: for a key that there is not, and for an answer that does not do.
    """
    source = yaml_source.load(file.absolute())
    document = _document(source)
    for name in document:
        if name not in BY_NAME:
            said = Message("unknown key {key!r}", key=name)
            raise BadInput(did_you_mean(said, name, BY_NAME), file=file, line=source.line((name,)))
    given: dict[str, Any] = {}
    for question in QUESTIONS:
        if question.applies(known, given):
            given[question.name] = _answer(question, document, known, given, source)
    return given


def _answer(
    question: Question, document: dict[str, Any], known: Known, given: Given, source: yaml_source.Source
) -> Any:
    name = question.name
    is_said = name in document
    value = document[name] if is_said else question.default(known, given)
    try:
        return question.taken(value, known, given)
    except (BadInput, ValueError) as error:
        reason = error.reason if isinstance(error, BadInput) else reason_of(error)
        said = Message("{key}: {reason}", key=name, reason=reason)
        raise BadInput(said, file=source.file, line=source.line((name,)) if is_said else None) from error


def answers_that_still_do(file: Path, known: Known) -> dict[str, Any]:
    """Every answer, those of the file that do not do as Enter would have them: nobody types the others again.

    Raises `BadInput` for a file that cannot be read.
    """
    source = yaml_source.load(file.absolute())
    document = _document(source)
    given: dict[str, Any] = {}
    for question in QUESTIONS:
        if not question.applies(known, given):
            continue
        try:
            given[question.name] = _answer(question, document, known, given, source)
        except BadInput:
            given[question.name] = question.default(known, given)
    return given


def _document(source: yaml_source.Source) -> dict[str, Any]:
    document = {} if source.value is None else source.value
    if not isinstance(document, dict):
        raise BadInput(
            "is no file of answers: it must have the keys listen, upstreams, ...", file=source.file
        )
    return document


def default_answers(known: Known) -> dict[str, Any]:
    """What Enter means at every question that applies."""
    given: dict[str, Any] = {}
    for question in QUESTIONS:
        if question.applies(known, given):
            given[question.name] = question.default(known, given)
    return given


def answers_text(known: Known, given: Given) -> str:
    """A file of answers, with what each is about; a question without one keeps its place."""
    return "\n".join(_lines(known, given)) + "\n"


def _lines(known: Known, given: Given) -> Iterator[str]:
    yield "# Answers of sm-dns setup: sudo sm-dns setup --answers FILE"
    for question in QUESTIONS:
        yield ""
        yield f"# {question.text}"
        yield f"# {question.help}"
        for choice in question.choices(known):
            yield f"#   {choice.word}: {choice.text}"
        is_answered = question.name in given
        yield f"{question.name}: {flow(given[question.name])}" if is_answered else f"# {question.name}:"
