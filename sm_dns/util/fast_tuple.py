"""Making many NamedTuples: their own constructor is a Python function, and every question makes some of them."""

from __future__ import annotations

from functools import partial
from typing import TypeVar

_Tuple = TypeVar("_Tuple", bound=tuple[object, ...])


def fast_constructor(kind: type[_Tuple]) -> partial[_Tuple]:
    """Makes a NamedTuple of a tuple of all its fields, defaults too; nothing is checked."""
    return partial(tuple.__new__, kind)
