from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.policy.schedule import DEFAULTS
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.settings.blocks.lists import ListSettings
from sm_dns.settings.blocks.policy import CategorySettings, GroupSettings
from sm_dns.settings.endpoint import Endpoint
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from tests.support.configuration import MINIMAL, load, refusal

REPOSITORY = Path(__file__).resolve().parents[2]


def test_four_keys_are_enough(tmp_path: Path) -> None:
    settings = load(tmp_path, MINIMAL)
    assert settings.listen == (Endpoint("127.0.0.1", 5335),)
    assert settings.upstreams == (UpstreamAddress("192.0.2.1", 53),)
    assert settings.schedules["hq"]["rest"] == ["13:00", "14:00"]
    assert settings.schedule_of(settings.groups[0]) == "hq"
    assert settings.groups[0].mode == "enforce"
    assert settings.zones_dir == tmp_path / "zones"
    assert settings.state_dir == tmp_path / "var"
    assert settings.calendar_dir == tmp_path / "calendar"
    assert (settings.sinkhole_ipv4, settings.sinkhole_ipv6) == ("0.0.0.0", "::")
    assert (settings.ttl.denied, settings.ttl.permitted, settings.workers) == (60, 300, 1)


def test_the_default_configuration_states_the_defaults() -> None:
    settings = load_settings(REPOSITORY / "config" / "sm-dns.yaml")
    assert settings.state_dir == REPOSITORY / "var"
    assert settings.upstreams == ("system",)
    assert settings.calendars["putrajaya"].subdivision == "PJY"
    written = set((REPOSITORY / "config" / "sm-dns.yaml").read_text().splitlines())
    for key in Settings.model_fields:
        assert any(line.startswith(f"{key}:") for line in written), f"{key} is not shown"
    defaults = Settings.model_fields
    for key in (
        "listen",
        "workers",
        "ttl",
        "cache",
        "bypass",
        "edns",
        "identity",
        "tls",
        "log",
        "sinkhole",
        "lists",
        "categories",
    ):
        assert getattr(settings, key) == defaults[key].default, key


def test_every_key_is_documented() -> None:
    text = (REPOSITORY / "docs" / "configuration.md").read_text()
    for key, field in Settings.model_fields.items():
        inner = getattr(field.annotation, "model_fields", None)
        for name in [f"{key}.{part}" for part in inner] if inner else [key]:
            assert f"`{name}`" in text, name
    for key in DEFAULTS:
        assert f"| `{key}` |" in text, key
    for model in (GroupSettings, ListSettings, CategorySettings):
        for key in model.model_fields:
            assert key in text, key


def test_every_configuration_of_the_vectors_can_be_pasted(tmp_path: Path) -> None:
    vectors = REPOSITORY / "tests" / "data" / "windows_configs.json"
    for name, schedule in json.loads(vectors.read_text()).items():
        text = MINIMAL.partition("schedules:")[0] + f"schedules: {json.dumps({name: schedule}, indent=1)}\n"
        assert load(tmp_path, text).schedules == {name: schedule}


@pytest.mark.parametrize(
    ("addition", "line", "reason"),
    [
        ("workrs: 2", 21, "did you mean 'workers'"),
        ("qwertz: 2", 21, "known keys: listen"),
        ("workers: two", 21, "workers: must be a whole number"),
        ("workers: 0", 21, "workers: must be at least 1"),
        ("workers: true", 21, "workers: must be a whole number"),
        ("ttl: {denied: 61}", 21, "ttl.denied: must be at most 60"),
        ("ttl: {\n denid: 5}", 22, "did you mean 'denied'"),
        ("bypass: {signals_in_monitor: yes}", 21, "must be true or false"),
        ("tls:\n doh: ['10.0.0.5']", 22, "has no port"),
        ("tls: {doh_path: dns-query}", 21, "must look like"),
        ("tls: {name: 'a b'}", 21, "not allowed in a host name"),
        ("tls: {certificat: x}", 21, "did you mean 'certificate'"),
        ("cache: {megabytes: 0}", 21, "must be at least 1"),
        ("cache: {min_ttl: 3601}", 21, "cache.min_ttl: must be at most 3600"),
        ("cache: {max_ttl: 86401}", 21, "cache.max_ttl: must be at most 86400"),
        ("identity: 7", 21, "identity: must be text"),
        ("identity: Jalan Sultan é", 21, "identity: must look like"),
        ("log: {level: loud}", 21, "must be one of 'debug', 'info'"),
        ("edns:\n  udp_size: 100", 22, "at least 512"),
        ("sinkhole: {ipv4: '::1'}", 21, "not an IPv4 address"),
        ("zones_dir: 5", 21, "zones_dir: must be text"),
        ("categories: {social: {action: block}}", 21, "must be one of 'allow', 'deny'"),
        ("categories:\n  a b: {action: deny}", 22, "not a usable name"),
        ("lists: [{name: x, url: 'ftp://x', category: social}]", 21, "only http and https"),
        ("lists:\n  - {name: x, category: social}", 22, r"lists\[0\].url: is missing"),
        ("calendars: {x: {country: Malaysia, schedules: [hq]}}", 21, "must look like"),
    ],
)
def test_mistakes_are_named_with_their_line(tmp_path: Path, addition: str, line: int, reason: str) -> None:
    with pytest.raises(BadInput, match=reason) as caught:
        load(tmp_path, MINIMAL + addition + "\n")
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("rest: [13:00, 14:00]", "rest: [14:00, 13:00]", 7, "schedules.hq.rest"),
        ("rest: [13:00, 14:00]", "rest: [1300, 14:00]", 7, "schedules.hq.rest"),
        ("work_start: 07:30", "work_start: 7.30", 11, "schedules.hq.work_start"),
        ("rest_by_weekday: {}", "rest_by_weekday:\n      FRIDAYS: [12:15, 14:45]", 9, "FRIDAYS"),
        ("after_start: 17:30", "after_strt: 17:30", 9, "unknown key"),
        ("holidays: {}", "holidays: {2026-02-30: x}", 15, "2026-02-30"),
        ("timezone: Asia/Kuala_Lumpur", "timezone: Asia/Kuala", 5, "unknown time zone"),
    ],
)
def test_mistakes_in_a_schedule_are_named_with_their_line(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert old in MINIMAL
    error = refusal(tmp_path, MINIMAL.replace(old, new))
    assert reason in str(error.reason)
    assert error.line == line


@pytest.mark.parametrize(
    ("clients", "reason"),
    [
        ("[10.1.2.3/16]", "host bits set: write 10.1.0.0/16"),
        ("[office]", "is not a network"),
        ("[]", "must not be empty"),
        ("10.0.0.0/8", "must be a list"),
    ],
)
def test_client_networks(tmp_path: Path, clients: str, reason: str) -> None:
    error = refusal(tmp_path, MINIMAL.replace("[10.0.0.0/8]", clients))
    assert reason in str(error.reason)
    assert error.line == 20


@pytest.mark.parametrize("text", ["", "just text", "[1, 2]"])
def test_a_file_that_is_no_configuration(tmp_path: Path, text: str) -> None:
    assert "is not a configuration" in str(refusal(tmp_path, text).reason)


def test_sinkhole_addresses_fall_back_to_the_block_page(tmp_path: Path) -> None:
    text = MINIMAL + "block_page: {ipv4: 10.0.0.5, ipv6: 'fd00::5'}\nsinkhole: {ipv4: 10.0.0.6}\n"
    settings = load(tmp_path, text)
    assert (settings.sinkhole_ipv4, settings.sinkhole_ipv6) == ("10.0.0.6", "fd00::5")


def test_categories_are_merged_over_the_shipped_ones(tmp_path: Path) -> None:
    text = MINIMAL + "categories: {adult: {action: deny, answer: nxdomain}, messaging: {action: schedule}}\n"
    found = {
        category.name: (category.action, category.answer) for category in load(tmp_path, text).all_categories
    }
    assert found == {
        "allow": ("allow", "sinkhole"),
        "streaming": ("deny", "sinkhole"),
        "bypass": ("deny", "nxdomain"),
        "social": ("schedule", "sinkhole"),
        "messaging": ("schedule", "sinkhole"),
        "adult": ("deny", "nxdomain"),
    }


def test_settings_are_sealed(tmp_path: Path) -> None:
    settings: Any = load(tmp_path, MINIMAL)
    with pytest.raises(ValueError, match="frozen"):
        settings.workers = 2


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 70_000)
    | st.sampled_from(
        ["127.0.0.1:53", "10.0.0.0/8", "default", "system", "30m", "", "social", "MY", "ü/../x"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "clients", "default", "action", "url", "category", "rest", "ipv4", "country", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(Settings.model_fields)), _VALUES))
def test_any_document_is_settings_or_bad_input(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]
) -> None:
    """T18: strict types; nothing but bad input is raised."""
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(json.dumps({"schedules": {"default": {}}} | document))
    try:
        load_settings(path)
    except BadInput as error:
        assert error.file == str(path)
        assert error.line is not None or "is not a configuration" in str(error.reason)
