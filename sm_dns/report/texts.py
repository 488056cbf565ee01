"""The words of reports: the texts `report.*` of a language's catalogue."""

from __future__ import annotations

from sm_dns.i18n.catalogue import catalogue


def say(language: str, key: str, **fields: object) -> str:
    """The text of a key with its fields filled in; the key itself where there is none."""
    return catalogue(language)(f"report.{key}", **fields)


def called(language: str, key: str, other: str) -> str:
    """The text of a key that somebody else chose, or else what they call it."""
    return catalogue(language).known(f"report.{key}", other)
