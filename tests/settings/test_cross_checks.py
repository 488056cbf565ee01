from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.settings.cross_checks import contradictions
from sm_dns.util.errors import BadInput
from tests.support.configuration import MINIMAL, load, refusal


@pytest.mark.parametrize(
    ("addition", "line", "reason"),
    [
        ("tls: {dot: ['10.0.0.5:853']}", 21, "tls.dot: needs tls.certificate and tls.key"),
        ("tls: {certificate: c, key: k, dot: ['127.0.0.1:5335']}", 21, "is listened on already"),
        ("cache:\n  max_ttl: 60\n  min_ttl: 61", 23, "cache.min_ttl: is more than cache.max_ttl"),
        ("categories:\n  adult: {answer: nxdomain}", 22, "say its action"),
        ("lists: [{name: x, url: 'https://x.example', category: socal}]", 21, "there is no category 'socal'"),
        ("calendars: {x: {country: MY, schedules: [no]}}", 21, "no schedule 'no'; there are: hq"),
        ("portal: {certificate: x}", 21, "portal: certificate and key go together"),
        ("portal: {https: ['127.0.0.1:8443']}", 21, "portal.https: needs portal.certificate"),
        ("portal: {listen: ['127.0.0.1:5335']}", 21, "is listened on already"),
        ("feeds: {listen: ['127.0.0.1:5335']}", 21, "is listened on already"),
        (
            "feeds: {secondaries: [{address: 10.0.0.9, engine: bind}, {address: '10.0.0.9:53'}]}",
            21,
            "feeds.secondaries: 10.0.0.9:53 stands above already",
        ),
        (
            "feeds: {secondaries: [{address: 10.0.0.9, engine: unbound, key: ns1.key}]}",
            21,
            "unbound cannot sign: leave its key out",
        ),
        (f"feeds: {{suffix: {'x' * 60}.zone}}", 21, "feeds.suffix: .*63"),
        (
            "monitoring: {departments: [{name: a}, {name: a}]}",
            21,
            "a department named 'a' stands above already",
        ),
        (
            "lists: [{name: x, url: 'https://x.example', category: social},"
            " {name: x, url: 'https://x.example', category: social}]",
            21,
            "a list named 'x' stands above already",
        ),
    ],
)
def test_keys_that_contradict_each_other_are_named(
    tmp_path: Path, addition: str, line: int, reason: str
) -> None:
    with pytest.raises(BadInput, match=reason) as caught:
        load(tmp_path, MINIMAL + addition + "\n")
    assert caught.value.line == line


def test_a_configuration_that_holds_together_has_none(tmp_path: Path) -> None:
    assert list(contradictions(load(tmp_path, MINIMAL))) == []


@pytest.mark.parametrize(
    ("addition", "reason"),
    [
        ("trusted_forwarders: {10.0.0.2: ecs, 10.0.0.2/32: proxy}", "'10.0.0.2/32' is '10.0.0.2', which"),
        ("trusted_forwarders: {10.0.0.2: ecs, '::ffff:10.0.0.2': mac}", "'::ffff:10.0.0.2' is '10.0.0.2'"),
        (
            "limits: {networks: {10.1.0.1: {burst: 5}, 10.1.0.1/32: {burst: 9}}}",
            "'10.1.0.1/32' is '10.1.0.1'",
        ),
        (
            "routes: {corp.example: [10.0.0.2], Corp.Example.: [10.0.0.3]}",
            "'Corp.Example.' is 'corp.example'",
        ),
    ],
)
def test_what_is_written_twice_in_two_ways_is_refused(tmp_path: Path, addition: str, reason: str) -> None:
    """Or one of the two would hold without a word."""
    assert reason in str(refusal(tmp_path, MINIMAL + addition + "\n"))


def test_one_network_has_one_group(tmp_path: Path) -> None:
    error = refusal(tmp_path, MINIMAL + "  - {name: lab,\n     clients: [10.1.0.0/16, 10.0.0.0/8]}\n")
    assert "belongs to group 'office' already" in str(error.reason)
    assert error.line == 22


def test_groups_have_their_own_names(tmp_path: Path) -> None:
    error = refusal(tmp_path, MINIMAL + "  - {name: office, clients: [10.1.0.0/16]}\n")
    assert "stands above already" in str(error.reason)


def test_a_group_names_its_schedule_where_there_are_several(tmp_path: Path) -> None:
    hq = MINIMAL[MINIMAL.index("  hq:") : MINIMAL.index("groups:")]
    two = MINIMAL.replace("groups:", hq.replace("hq:", "kedah:") + "groups:")
    assert "must name its schedule, one of: hq, kedah" in str(refusal(tmp_path, two).reason)
    named = two.replace("10.0.0.0/8]", "10.0.0.0/8], schedule: kedah")
    settings = load(tmp_path, named)
    assert settings.schedule_of(settings.groups[0]) == "kedah"
    assert settings.default_schedule == "hq"
    assert "there is no schedule" in str(
        refusal(tmp_path, named.replace("schedule: kedah", "schedule: x")).reason
    )


def test_a_state_that_there_is_not_is_refused(tmp_path: Path) -> None:
    text = MINIMAL + "calendars: {x: {country: MY, subdivision: XX, schedules: [hq]}}\n"
    assert "needs one of its subdivisions: JHR, KDH" in str(refusal(tmp_path, text).reason)
    load(tmp_path, text.replace("XX", "KDH"))
    load(tmp_path, text.replace("MY, subdivision: XX", "SG"))
