"""A dataclass made of others that say a part of it."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

D = TypeVar("D")


def with_more(kind: type[D], *parts: DataclassInstance, **more: object) -> D:
    """A dataclass with the fields of its parts, and more. Raises `TypeError` for one too many or missing."""
    known = {each.name: getattr(part, each.name) for part in parts for each in fields(part)}
    return kind(**known, **more)
