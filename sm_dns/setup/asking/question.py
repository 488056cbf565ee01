"""One question: what it asks, what is meant by an answer, and how an answer is typed and shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sm_dns.setup.asking.known import Known
from sm_dns.util.errors import Wrong
from sm_dns.util.message import Message

Kind = Literal["list", "text", "yes-no", "choice", "domains"]
Given = Mapping[str, Any]
"""The answers so far, each as the file of answers has it."""
YES = frozenset({"yes", "y", "ya"})
NO = frozenset({"no", "n", "tidak", "t"})
NONE = "-"
"""What is typed for nothing at all, where Enter would take the default."""


def always(_: Known, __: Given) -> bool:
    """Of a question that is asked whatever was answered before."""
    return True


@dataclass(frozen=True)
class Choice:
    """One of the words that a question takes, and what it stands for."""

    word: str
    text: Message


@dataclass(frozen=True)
class Question:
    """`default` gives what Enter means; `check` the answer in its one form, or raises `Wrong`; `applies` whether it
    is asked after the answers so far. `choices` are told with the question, and of a `choice` one must be taken.
    `facts` are told before it, `remarks` after its answer."""

    name: str
    kind: Kind
    text: Message
    help: Message
    default: Callable[[Known, Given], Any]
    check: Callable[[Any, Known, Given], Any]
    applies: Callable[[Known, Given], bool] = always
    choices: Callable[[Known], tuple[Choice, ...]] = lambda _: ()
    facts: Callable[[Known], tuple[Message, ...]] = lambda _: ()
    remarks: Callable[[Any, Known], tuple[Message, ...]] = lambda _, __: ()

    def typed(self, text: str) -> Any:
        """What somebody types, in the form of the file of answers. Raises `Wrong`."""
        return _TYPED[self.kind](text.strip())

    def shown(self, value: Any) -> str:
        """An answer as somebody would type it."""
        return _SHOWN[self.kind](value)

    def taken(self, value: Any, known: Known, given: Given) -> Any:
        """An answer in its one form. Raises `Wrong` for a value of another kind, and for one that does not do."""
        _FORMS[self.kind](value)
        words = [choice.word for choice in self.choices(known)]
        if self.kind == "choice" and value not in words:
            raise Wrong("{value!r} is none of {words}", value=value, words=", ".join(words))
        return self.check(value, known, given)


def _typed_list(text: str) -> list[str]:
    return [] if text == NONE else text.replace(",", " ").split()


def _typed_text(text: str) -> str:
    return "" if text == NONE else text


def typed_yes_no(text: str) -> bool:
    """Yes or no in English or Malay, or their first letter. Raises `Wrong`."""
    word = text.strip().casefold()
    if word not in YES | NO:
        raise Wrong("{text!r} is neither yes nor no", text=text)
    return word in YES


def _typed_domains(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in [] if text == NONE else text.split():
        domain, equals, servers = word.partition("=")
        if not equals or not servers:
            raise Wrong("{text!r} is not DOMAIN=ADDRESS, such as {example}", text=word, example=_ROUTE)
        found[domain] = servers.split(",")
    return found


_ROUTE = "agency.gov.my=10.0.0.2"


def _shown_domains(value: Mapping[str, list[str]]) -> str:
    return " ".join(f"{domain}={','.join(servers)}" for domain, servers in value.items())


def _is_list(value: object) -> None:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Wrong("must be a list of texts, such as {example}", example='["10.0.0.5"]')


def _is_text(value: object) -> None:
    if not isinstance(value, str):
        raise Wrong("must be text (put it in quotes)")
    if not value.isprintable():
        raise Wrong("must be one line of printable text")


def _is_yes_no(value: object) -> None:
    if not isinstance(value, bool):
        raise Wrong("must be true or false")


def _is_domains(value: object) -> None:
    if not isinstance(value, dict):
        raise Wrong(
            "must be domains with their servers, such as {example}", example='{agency.gov.my: ["10.0.0.2"]}'
        )
    for servers in value.values():
        _is_list(servers)


_TYPED: dict[str, Callable[[str], Any]] = {
    "list": _typed_list,
    "text": _typed_text,
    "choice": _typed_text,
    "yes-no": typed_yes_no,
    "domains": _typed_domains,
}
_SHOWN: dict[str, Callable[[Any], str]] = {
    "list": ", ".join,
    "text": str,
    "choice": str,
    "yes-no": lambda value: "yes" if value else "no",
    "domains": _shown_domains,
}
_FORMS: dict[str, Callable[[object], None]] = {
    "list": _is_list,
    "text": _is_text,
    "choice": _is_text,
    "yes-no": _is_yes_no,
    "domains": _is_domains,
}
