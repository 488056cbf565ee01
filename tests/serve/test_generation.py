"""A generation as a worker reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import Any

import pytest

from sm_dns.dns.names import from_text
from sm_dns.errors import BadInput
from sm_dns.resolve.upstream import Place
from sm_dns.serve.generation import RESOLVER_FILE, load
from tests.support.workers import write_generation


def test_a_generation_is_read_whole(tmp_path: Path) -> None:
    settings: dict[str, Any] = {
        "routes": {from_text("agency.gov.my").hex(): [["2001:db8::1", 5353]]},
        "local": [[from_text("printer.lan").hex(), 1, 60, "c0000201"]],
        "queries_per_second": 50,
        "burst": 100,
    }
    read = load(write_generation(tmp_path, 3, [("192.0.2.1", 53)], settings))
    assert read.snapshot.generation == 3
    assert read.upstreams == (Place("192.0.2.1", 53),)
    assert read.routes == {from_text("agency.gov.my"): (Place("2001:db8::1", 5353),)}
    assert (read.cache_bytes, read.udp_size) == (1 << 20, 1232)
    assert (read.queries_per_second, read.burst) == (50, 100)
    assert read.local.find(from_text("printer.lan"), 1) is not None


def test_without_a_rate_there_is_no_bound(tmp_path: Path) -> None:
    read = load(write_generation(tmp_path, 1, []))
    assert read.queries_per_second == read.burst == inf
    assert read.upstreams == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda settings: [],
        lambda settings: 7,
        lambda settings: {**settings, "upstreams": "192.0.2.1"},
        lambda settings: {**settings, "upstreams": [["192.0.2.1"]]},
        lambda settings: {**settings, "routes": []},
        lambda settings: {**settings, "routes": {"zz": []}},
        lambda settings: {**settings, "cache_bytes": "much"},
        lambda settings: {**settings, "local": [["00", 1]]},
        lambda settings: {key: value for key, value in settings.items() if key != "udp_size"},
    ],
)
def test_settings_that_are_not_understood(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    place = write_generation(tmp_path, 1, [("192.0.2.1", 53)])
    path = place / RESOLVER_FILE
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(BadInput, match="not a worker's settings") as caught:
        load(place)
    assert caught.value.file == str(path)
