"""What can be read and done: each view and action once, for pages, for programs, and for their document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values

Work = Callable[[Backend, Person, Values], object]
"""Answers with a frozen dataclass that its annotation names (`answer.py`). Raises `BadInput` for what the asker can
mend."""


@dataclass(frozen=True, slots=True)
class View:
    """Something to read: GET /api/v1/PATH, for some roles."""

    path: str
    summary: str
    roles: frozenset[str]
    read: Work
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do: METHOD /api/v1/PATH, and POST /do/NAME for forms. {words} of the path are fields too.

    It changes something and is audited.
    """

    name: str
    method: str
    path: str
    summary: str
    roles: frozenset[str]
    do: Work
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its name in texts and templates, its path, who sees it, and the views on it."""

    name: str
    path: str
    roles: frozenset[str]
    views: tuple[str, ...]
