"""A generation as a worker reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest

from sm_dns.dns.names import from_text
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.serve.worker_settings import (
    RESOLVER_FILE,
    Encryption,
    Generation,
    WishesRow,
    WorkerSettings,
    load,
)
from sm_dns.util.errors import BadInput
from tests.support.workers import write_generation


def test_a_generation_is_read_whole(tmp_path: Path) -> None:
    settings: dict[str, Any] = {
        "routes": {from_text("agency.gov.my").hex(): [list(UpstreamAddress("2001:db8::1", 5353))]},
        "local": [[from_text("printer.lan").hex(), 1, 60, "c0000201"]],
        "limits": [50, 100, 8, False],
        "network_limits": [["10.0.0.0/8", [60, 110, 9, False]], ["10.1.0.0/16", [70, 120, 10, True]]],
        "connections": 99,
    }
    read = load(write_generation(tmp_path, 3, [("192.0.2.1", 53)], settings))
    assert read.resolver.snapshot.generation == 3
    assert read.upstreams == (UpstreamAddress("192.0.2.1", 53),)
    assert read.routes == {from_text("agency.gov.my"): (UpstreamAddress("2001:db8::1", 5353),)}
    assert (read.cache_bytes, read.resolver.udp_size) == (1 << 20, 1232)
    assert read.limits.of("192.0.2.9") == (50, 100, 8, False)
    assert read.limits.of("10.2.0.9") == read.limits.of("::ffff:10.2.0.9") == (60, 110, 9, False)
    assert read.limits.of("10.1.0.9") == (70, 120, 10, True)
    assert read.connections == 99
    assert read.local.find(from_text("printer.lan"), 1) is not None


@pytest.mark.parametrize("key", [field.name for field in fields(WorkerSettings)])
def test_a_setting_that_does_not_arrive_is_an_error_and_no_default(tmp_path: Path, key: str) -> None:
    """A default would open what the site has closed: no limits, no protection, no encrypted listeners."""
    place = write_generation(tmp_path, 1, [])
    settings = json.loads((place / RESOLVER_FILE).read_text())
    del settings[key]
    (place / RESOLVER_FILE).write_text(json.dumps(settings))
    with pytest.raises(BadInput, match=f"not a worker's settings: {key}: missing"):
        load(place)


def test_nothing_in_the_contract_has_a_default() -> None:
    for contract in (WorkerSettings, Encryption, WishesRow, Generation):
        assert all(field.default is field.default_factory is MISSING for field in fields(contract)), contract


@pytest.mark.parametrize(
    "change",
    [
        lambda settings: [],
        lambda settings: 7,
        lambda settings: {**settings, "upstreams": "192.0.2.1"},
        lambda settings: {**settings, "upstreams": [["192.0.2.1"]]},
        lambda settings: {**settings, "routes": []},
        lambda settings: {**settings, "more": 1},
        lambda settings: {**settings, "strategy": "slowest"},
        lambda settings: {**settings, "monitored": None},
        lambda settings: {**settings, "routes": {"zz": []}},
        lambda settings: {**settings, "cache_bytes": "much"},
        lambda settings: {**settings, "cache_bytes": 0},
        lambda settings: {**settings, "udp_size": -5},
        lambda settings: {**settings, "udp_size": 1 << 16},
        lambda settings: {**settings, "connections": 0},
        lambda settings: {**settings, "identity": "\u00fc"},
        lambda settings: {**settings, "network_limits": [["nonsense", [1, 1, 1, True]]]},
        lambda settings: {
            **settings,
            "wishes": {"upstreams": [None], "routes": {}, "listeners": [["x", 53]]},
        },
        lambda settings: {**settings, "local": [["00", 1]]},
        lambda settings: {**settings, "local": [["ff", 1, 60, "c0000201"]]},
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
