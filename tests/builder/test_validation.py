from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.builder.upstreams import upstreams, wishes
from sm_dns.builder.validation import validation_findings, validation_plan, write_unbound
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput

OWN = UpstreamAddress("127.0.0.1", 53_535, validates=True)


def settings(folder: Path, text: str) -> Settings:
    (folder / "sm-dns.yaml").write_text(f"schedules: {{default: {{}}}}\n{text}\n")
    return load_settings(folder / "sm-dns.yaml")


def test_our_own_unbound_is_an_upstream_that_validates(tmp_path: Path) -> None:
    found = settings(tmp_path, "upstreams: [unbound, 192.0.2.1]")
    assert upstreams(found) == (OWN, UpstreamAddress("192.0.2.1", 53))
    plan = validation_plan(found)
    assert plan is not None and plan.upstreams == ((*OWN,),)
    assert plan.unbound is not None and plan.unbound.control == "/run/sm-dns-unbound/unbound.ctl"
    write_unbound(found)
    assert Path(plan.unbound.configuration).read_text().startswith("# Written by sm-dns")


def test_it_stands_beside_the_systems_servers_too(tmp_path: Path) -> None:
    wished = wishes(settings(tmp_path, "upstreams: [unbound, system]"))
    assert wished is not None and wished.upstreams == ((*OWN,), None)


def test_nothing_is_planned_or_written_where_nobody_validates(tmp_path: Path) -> None:
    found = settings(tmp_path, "upstreams: [192.0.2.1]")
    assert validation_plan(found) is None
    write_unbound(found)
    assert not (found.state_dir / "unbound").exists()
    assert list(validation_findings(found, tmp_path)) == []


def test_anothers_word_over_an_open_path_is_noted(tmp_path: Path) -> None:
    text = "upstreams: [{address: 192.0.2.1, validates: true}, {address: 127.0.0.1, validates: true}, " + (
        "{address: tls://dns.example@192.0.2.2, validates: true}]"
    )
    (noted,) = validation_findings(settings(tmp_path, text), tmp_path)
    assert noted.level == "note" and "192.0.2.1:53" in str(noted.text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("upstreams: [192.0.2.1, {address: 192.0.2.1, validates: true}]", "in one place, and not in another"),
        ("upstreams: [{address: 192.0.2.1, validates: true}]\nroutes: {corp: [192.0.2.1]}", "in one place"),
        ("validation: {forwarders: [192.0.2.1, 'tls://a.example@192.0.2.2']}", "over tls:// or none"),
        ("listen: ['127.0.0.1:53535']\nupstreams: [unbound]", "is this resolver itself"),
    ],
)
def test_what_cannot_be_meant(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        upstreams(settings(tmp_path, text))
