from __future__ import annotations

import pytest
from pydantic import ValidationError

from sm_dns.settings.types import Block, Id, Name, Network, Seconds


class Example(Block):
    id: Id = "a"
    name: Name = "A"
    network: Network = "10.0.0.0/8"
    wait: Seconds = 0


def test_what_is_good() -> None:
    assert Example(id="a-1", name="A.b", network="fd00::/8", wait="1h30m").wait == 5400  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "values",
    [{"id": "A"}, {"name": "-"}, {"network": "10.0.0.1/8"}, {"wait": -1}, {"wait": "1y"}, {"other": 1}],
)
def test_what_is_not(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Example.model_validate(values)
