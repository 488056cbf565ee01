"""The words of a configuration that this project chose, and no site: its keys, and values of which one is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from sm_dns.settings.settings import Settings


def own_words() -> frozenset[str]:
    """Every key at any depth, and every word that a key offers."""
    return frozenset(_of_model(Settings, set()))


def _of_model(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    if model in seen:
        return
    seen.add(model)
    for name, field in model.model_fields.items():
        yield name
        yield from _of_type(field.annotation, seen)


def _of_type(annotation: Any, seen: set[type[BaseModel]]) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _of_model(annotation, seen)
    else:
        for each in get_args(annotation):
            yield from _of_type(each, seen)
