"""A short run of every target, and proof that a broken reader would be noticed."""

from __future__ import annotations

from random import Random

import pytest

from sm_dns.dns.scan import Malformed, Question, scan
from tests.fuzz import scanning
from tests.fuzz.__main__ import PLAN
from tests.fuzz.mutate import mutate
from tests.fuzz.target import Broken, Target, run
from tests.support.messages import query

SEED = 20260810


@pytest.mark.parametrize("target", PLAN, ids=lambda target: target.name)
def test_the_invariant_holds_and_is_not_idle(target: Target) -> None:
    """T6, T7, T14, T18: a small share of `make fuzz`."""
    examples = 300 if target.name == "config" else 5_000
    done = run(target, examples, SEED)
    assert examples * 0.02 < done.taken < examples


def test_a_million_queries_are_planned() -> None:
    assert PLAN[scanning.TARGET] >= 1_000_000


def test_a_scanner_that_takes_too_much_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_trusting(message: bytes) -> Question:
        try:
            return scan(message)
        except Malformed:
            return scan(query("example.com"))

    monkeypatch.setattr(scanning, "scan", too_trusting)
    with pytest.raises(Broken) as caught:
        run(scanning.TARGET, 5_000, SEED)
    assert caught.value.example.hex() in str(caught.value)


def test_a_seed_repeats_its_examples() -> None:
    first, second = (
        [mutate(scanning.make(random), random) for _ in range(200)] for random in (Random(SEED), Random(SEED))
    )
    assert first == second
    assert len(set(first)) > 150
