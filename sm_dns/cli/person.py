"""A person at a terminal who is asked, in one language."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import click

from sm_dns.i18n.catalogue import ENGLISH, Catalogue, languages
from sm_dns.util.message import Message

_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts (locale(7))


def own_language(environment: Mapping[str, str] = os.environ) -> str:
    """The language of whoever runs a command, by the locale; English where there is no catalogue of it."""
    named = next((environment[name] for name in _LOCALE if environment.get(name)), "")
    found = named.partition("_")[0].partition(".")[0]
    return found if found in languages() else ENGLISH


class Person:
    """Says and asks on standard output and input. `asking.dialogue.Talk` is what it does."""

    def __init__(self, say: Catalogue) -> None:
        self._say = say

    def say(self, said: Message) -> None:
        """A line to read."""
        click.echo(self.word(said))

    def ask(self, offered: str) -> str:
        """What is typed; `offered` is what Enter means. Raises `click.Abort` at the end of input."""
        click.echo(f"[{offered}] > " if offered else "> ", nl=False)
        typed = sys.stdin.readline()
        if not typed:
            click.echo()
            raise click.Abort
        return typed.rstrip("\n")

    def word(self, said: Message) -> str:
        """A message in this person's language."""
        return self._say.said(said)


def is_there() -> bool:
    """Whether a person sits at a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()
