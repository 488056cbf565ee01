from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.settings.blocks.resolver import OWN_UNBOUND, Upstream
from sm_dns.settings.blocks.validation import ValidationSettings


def test_an_upstream_is_said_to_validate_or_is_our_own() -> None:
    reads = TypeAdapter[object](Upstream)
    assert reads.validate_python("unbound") == OWN_UNBOUND
    for said in (True, False):
        found = reads.validate_python({"address": "192.0.2.1", "validates": said})
        assert found == UpstreamAddress("192.0.2.1", 53, validates=said)


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "192.0.2.1"},
        {"validates": True},
        {"address": "192.0.2.1", "validates": "yes"},
        {"address": "192.0.2.1", "validates": True, "port": 53},
        {"address": "unbound", "validates": True},
        {"address": "system", "validates": True},
        {"address": "resolver", "validates": True},
        ["192.0.2.1"],
    ],
)
def test_what_is_no_upstream(wrong: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter[object](Upstream).validate_python(wrong)


def test_the_defaults_resolve_from_the_root() -> None:
    assert (ValidationSettings().port, ValidationSettings().forwarders) == (53_535, ())


@pytest.mark.parametrize(
    "text",
    [
        '{"port": 5353}',
        '{"port": 1023}',
        '{"port": 65536}',
        '{"port": true}',
        '{"cache_megabytes": 3}',
        '{"forwarders": ["https://dns.example@192.0.2.1"]}',
        '{"forwarders": ["tcp://192.0.2.1"]}',
        '{"forwarders": ["tls://192.0.2.1"]}',
        '{"forwarders": ["system"]}',
        '{"bogus": "a b"}',
    ],
)
def test_what_our_own_unbound_cannot_be_told(text: str) -> None:
    with pytest.raises(ValidationError):
        ValidationSettings.model_validate_json(text)
