"""The text form of Prometheus, version 0.0.4: families of samples under a name, a kind and a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from math import inf
from typing import Literal, NamedTuple

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "sm_dns_"

Kind = Literal["counter", "gauge", "histogram"]


class Sample(NamedTuple):
    """A number, by what it is of. `suffix` follows the family's name: a histogram has samples of three names."""

    labels: Mapping[str, str]
    value: float
    suffix: str = ""


class Family(NamedTuple):
    """Everything under one name; `tells` says in a sentence what it is."""

    name: str
    kind: Kind
    tells: str
    samples: Sequence[Sample]


def gauge(name: str, tells: str, *samples: tuple[Mapping[str, str], float]) -> Family:
    """Numbers that go up and down."""
    return Family(name, "gauge", tells, [Sample(*each) for each in samples])


def counter(name: str, tells: str, *samples: tuple[Mapping[str, str], float]) -> Family:
    """Numbers that only grow while the service runs; the name ends in `_total`."""
    return Family(name, "counter", tells, [Sample(*each) for each in samples])


def histogram(name: str, tells: str, classes: Sequence[tuple[float, int]], total: float) -> Family:
    """How many lie in each class, given by its upper bound (the last is infinite), and the sum of all values."""
    upto = list(accumulate(count for _, count in classes))
    buckets = [
        Sample({"le": "+Inf" if bound == inf else repr(bound)}, count, "_bucket")
        for (bound, _), count in zip(classes, upto, strict=True)
    ]
    return Family(
        name, "histogram", tells, [*buckets, Sample({}, total, "_sum"), Sample({}, upto[-1], "_count")]
    )


def written(families: Iterable[Family]) -> str:
    """The text of families; one without samples is left out."""
    lines: list[str] = []
    for family in families:
        name = PREFIX + family.name
        if family.samples:
            lines += [f"# HELP {name} {family.tells}", f"# TYPE {name} {family.kind}"]
        lines += [f"{name}{one.suffix}{_labels(one.labels)} {_number(one.value)}" for one in family.samples]
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items()) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
