from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sm_dns.settings import yaml_source
from sm_dns.settings.error_messages import first_problem


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    size: Annotated[int, Field(ge=1)] = 1


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = ""
    inner: Inner = Inner()
    each: tuple[Inner, ...] = ()
    named: dict[str, Inner] = {}


def problem(text: str) -> tuple[object, str]:
    source = yaml_source.parse(text, Path("some.yaml"))
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate_json(json.dumps(source.value))
    key, said = first_problem(caught.value, Outer, source)
    return key, str(said)


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("nane: x", ("nane",), "unknown key 'nane'; did you mean 'name'?"),
        ("inner: {siz: 1}", ("inner", "siz"), "unknown key 'inner.siz'; did you mean 'size'?"),
        ("each: [{siz: 1}]", ("each", 0, "siz"), "unknown key 'each[0].siz'; did you mean 'size'?"),
        ("named: {a: {siz: 1}}", ("named", "a", "siz"), "unknown key 'named.a.siz'; did you mean 'size'?"),
        ("inner: {xyz: 1}", ("inner", "xyz"), "unknown key 'inner.xyz'; known keys: size"),
        ("inner: {size: 0}", ("inner", "size"), "inner.size: must be at least 1"),
        ("inner: 5", ("inner",), "inner: must be a block of keys"),
        ("name: 5", ("name",), "name: must be text (put it in quotes)"),
        ("name: 1.5\nnane: x", ("name",), "name: must be text (put it in quotes)"),
        ("nane: x\nname: 1.5", ("nane",), "unknown key 'nane'; did you mean 'name'?"),
    ],
)
def test_the_first_problem_in_plain_words(text: str, key: tuple[object, ...], reason: str) -> None:
    assert problem(text) == (key, reason)
