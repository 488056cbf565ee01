from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.settings.blocks.resolver import (
    SYSTEM,
    AddressPair,
    CacheSettings,
    EdnsSettings,
    LimitSettings,
    TlsSettings,
    TrustedForwarders,
    TtlSettings,
    Upstream,
)
from sm_dns.settings.types import Block


def test_an_upstream_is_a_place_or_those_of_the_system() -> None:
    reads = TypeAdapter[object](Upstream)
    assert reads.validate_python("192.0.2.1") == UpstreamAddress("192.0.2.1", 53)
    assert reads.validate_python("system") == SYSTEM
    for wrong in ("192.0.2.1:0", "resolver", 7):
        with pytest.raises(ValidationError):
            reads.validate_python(wrong)


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (AddressPair, '{"ipv4": "::1"}'),
        (AddressPair, '{"ipv6": "192.0.2.1"}'),
        (AddressPair, '{"ipv6": "fe80::1%eth0"}'),
        (TtlSettings, '{"denied": 61}'),
        (TtlSettings, '{"permitted": 0}'),
        (CacheSettings, '{"megabytes": 0}'),
        (CacheSettings, '{"max_ttl": 86401}'),
        (LimitSettings, '{"queries_per_second": 0}'),
        (EdnsSettings, '{"udp_size": 511}'),
        (EdnsSettings, '{"structured_option": 14}'),
        (TlsSettings, '{"doh_path": "dns-query"}'),
        (TlsSettings, '{"name": "a b"}'),
    ],
)
def test_what_is_beyond_a_bound_is_refused(block: type[Block], text: str) -> None:
    with pytest.raises(ValidationError):
        block.model_validate_json(text)


def test_the_defaults_keep_the_bounds_of_the_circular() -> None:
    assert (TtlSettings().denied, TtlSettings().permitted) == (60, 300)
    assert (EdnsSettings().udp_size, EdnsSettings().structured_errors) == (1232, False)
    assert TlsSettings().doh_path == "/dns-query"


def test_a_forwarder_tells_by_one_way_or_several() -> None:
    reads = TypeAdapter[object](TrustedForwarders)
    given = {"10.0.0.5": "ecs", "10.0.0.7/32": ["ecs", "mac"], "fd00::/64": ["proxy"]}
    assert reads.validate_python(given) == {
        "10.0.0.5/32": ("ecs",),
        "10.0.0.7/32": ("ecs", "mac"),
        "fd00::/64": ("proxy",),
    }
    for wrong in ("edns", [], ["ecs", 1], None, {"ecs": True}):
        with pytest.raises(ValidationError):
            reads.validate_python({"10.0.0.5": wrong})
    for address in ("dc1", "10.0.0.5/8", ""):
        with pytest.raises(ValidationError):
            reads.validate_python({address: "ecs"})
