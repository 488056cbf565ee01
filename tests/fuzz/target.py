"""What is attacked: how to make an example, and what must hold of any octets whatever."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.fuzz.mutate import mutate


@dataclass(frozen=True)
class Target:
    """`check` states the invariant: it raises where that breaks, and tells whether the example was taken.

    `make` gives a sound example to start from; `words` are pieces that mean something to who reads them.
    """

    name: str
    make: Callable[[Random], bytes]
    check: Callable[[bytes], bool]
    words: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Run:
    """What a run came to: how many examples were tried and taken, in how many seconds."""

    examples: int
    taken: int
    seconds: float


class Broken(Exception):
    """The invariant does not hold for this example."""

    def __init__(self, target: Target, example: bytes) -> None:
        super().__init__(f"{target.name}: {example.hex()}")
        self.example = example


def run(target: Target, examples: int, seed: int) -> Run:
    """Try so many examples, one in eight as it was made and the others changed. Raises `Broken` from the cause."""
    random = Random(seed)
    taken = 0
    began = time.monotonic()
    for number in range(examples):
        example = target.make(random)
        if number % 8:
            example = mutate(example, random, target.words)
        try:
            taken += target.check(example)
        except Exception as error:
            raise Broken(target, example) from error
    return Run(examples, taken, time.monotonic() - began)
