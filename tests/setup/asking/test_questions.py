"""What Enter means at each question, what is refused and why, on a terminal and in a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sm_dns.settings.blocks.policy import STATES as CALENDARS
from sm_dns.setup.asking.answers_file import answers_text, default_answers, read_answers
from sm_dns.setup.asking.known import Known
from sm_dns.setup.asking.question import Question
from sm_dns.setup.asking.questions import BY_NAME, QUESTIONS, Answers, answers
from sm_dns.setup.asking.states import STATES
from sm_dns.setup.findings import ResolvConf
from sm_dns.setup.host import Host
from sm_dns.util.errors import BadInput, Wrong
from tests.support.certificates import make_certificate
from tests.support.setting_up import ANSWERS, FINDINGS, PLAIN, SILENT, STUB, known

NOWHERE = Host(Path("/nonexistent"))


def read(tmp_path: Path, text: str, about: Known | None = None) -> Answers:
    file = tmp_path / "answers.yaml"
    file.write_text("".join(f"{name}: {value}\n" for name, value in ANSWERS.items()) + text)
    return answers(read_answers(file, about or known(NOWHERE)))


def test_without_a_word_a_host_answers_by_what_was_found_of_it(tmp_path: Path) -> None:
    found = read(tmp_path, "")
    assert found.listen == ("10.0.0.5", "fd00::5", "127.0.0.1", "::1")
    assert found.upstreams == ("10.0.0.2", "10.0.0.3")  # the silent one is left out
    assert found.networks == ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
    assert (found.state, found.weekend, found.monitoring, found.first_week) == (
        "PJY",
        ("SAT", "SUN"),
        False,
        True,
    )
    assert (found.dashboard, found.free_port) == ("self-made", False)


def test_a_network_of_this_host_that_no_group_names_is_named_by_where_it_is(tmp_path: Path) -> None:
    public = replace(FINDINGS.addresses[1], address="203.0.113.5")
    found = read(tmp_path, "", known(NOWHERE, replace(FINDINGS, addresses=(public,))))
    assert found.networks[-1] == "own-links"


def test_the_weekend_goes_with_the_state(tmp_path: Path) -> None:
    assert read(tmp_path, "state: kelantan\n").weekend == ("FRI", "SAT")
    assert read(tmp_path, "state: Johor\n").weekend == ("SAT", "SUN")
    assert read(tmp_path, "state: TRG\nweekend: [SUN, SAT]\n").weekend == ("SAT", "SUN")


def test_the_states_are_those_that_calendars_know() -> None:
    assert set(STATES) <= set(CALENDARS)
    assert len(STATES) == 16


def test_the_stub_is_asked_about_where_it_is_in_the_way_alone(tmp_path: Path) -> None:
    assert read(tmp_path, 'listen: ["0.0.0.0", "::"]\n').free_port is True
    assert read(tmp_path, 'listen: ["0.0.0.0"]\nfree_port: false\n').free_port is False
    assert read(tmp_path, 'listen: ["0.0.0.0:5335"]\nfree_port: true\n').free_port is False


def test_who_else_has_the_port_is_told_with_what_to_type() -> None:
    dnsmasq = replace(STUB, address="10.0.0.5", kind="dnsmasq", name="dnsmasq", pid=7, command="do this")
    about = known(NOWHERE, replace(FINDINGS, holders=(STUB, dnsmasq, replace(dnsmasq, protocol="tcp"))))
    (told,) = BY_NAME["listen"].remarks(["10.0.0.5"], about)
    assert str(told) == "port 53 of 10.0.0.5 is held by dnsmasq (pid 7). To have it let go: do this"
    assert BY_NAME["listen"].remarks(["fd00::5"], about) == ()


def test_what_name_servers_gave_is_told() -> None:
    told = list(map(str, BY_NAME["upstreams"].facts(known(NOWHERE, replace(FINDINGS, is_intercepted=True)))))
    assert told[:3] == [
        "10.0.0.2 resolves, in 4 ms, and validates DNSSEC",
        "10.0.0.3 resolves, in 4 ms, and does not validate DNSSEC",
        "10.0.0.4 does not answer: connection refused",
    ]
    assert told[3].startswith("somebody on the way answers all of port 53")
    remark = BY_NAME["upstreams"].remarks
    assert len(remark([PLAIN.address], known(NOWHERE))) == 1
    assert remark(["10.0.0.2", PLAIN.address], known(NOWHERE)) == remark(["10.9.9.9"], known(NOWHERE)) == ()


def test_an_address_that_is_not_for_good_is_told() -> None:
    told = list(map(str, BY_NAME["listen"].facts(known(NOWHERE))))
    assert told[0] == "ens18 has 10.0.0.5/24"
    assert "give this server a fixed one" in told[1]


WRONG = [
    ("listen", ["10.0.0.6"], "this host has no address 10.0.0.6; it has 10.0.0.5, fd00::5"),
    ("listen", [], "must not be empty"),
    ("listen", ["office"], "'office' is not an IP address with a port"),
    ("listen", "10.0.0.5", "must be a list of texts"),
    ("upstreams", ["10.0.0.5"], "10.0.0.5 is this resolver itself"),
    ("upstreams", ["dns.example"], "is not an IP address"),
    ("domains", {"agency.gov.my": []}, "agency.gov.my has no server"),
    ("domains", {"a..b": ["10.0.0.2"]}, "empty label"),
    ("domains", ["agency.gov.my"], "must be domains with their servers"),
    ("networks", ["10.0.0.5/8"], "has host bits set: write 10.0.0.0/8"),
    ("networks", [], "must not be empty"),
    ("state", "Pahangg", "there is no state 'Pahangg'; the codes are .*; did you mean 'Pahang'?"),
    ("weekend", ["SAT", "AHD"], "'AHD' is none of MON, TUE"),
    ("weekend", ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"], "a week needs a working day"),
    ("agency_ms", " ", "must not be empty"),
    ("agency_ms", "x" * 201, "has more than 200 characters"),
    ("contact", "a\nb", "must be one line"),
    ("monitoring", "yes", "must be true or false"),
    ("dashboard", "maybe", "'maybe' is none of self-made, own-ca, files, local, off"),
    ("dashboard_name", "a b", "."),
    ("certificate", "/nonexistent", "there is no file /nonexistent"),
    ("certificate", "tls/x.pem", "must begin with /"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "why"), WRONG)
def test_a_wrong_answer_is_refused_with_what_is_wrong(name: str, value: Any, why: str) -> None:
    given = {"listen": ["10.0.0.5"], "agency_ms": "x"}
    with pytest.raises((Wrong, ValueError), match=why):
        BY_NAME[name].taken(value, known(NOWHERE), given)


def test_the_key_must_be_that_of_the_certificate(tmp_path: Path) -> None:
    made, key = make_certificate(tmp_path, "a.example")
    (tmp_path / "other").mkdir()
    _, other = make_certificate(tmp_path / "other", "b.example")
    given = {"certificate": str(made)}
    assert BY_NAME["key"].taken(str(key), known(NOWHERE), given) == str(key)
    with pytest.raises(Wrong, match="is not the key of that certificate"):
        BY_NAME["key"].taken(str(other), known(NOWHERE), given)


def test_without_what_it_needs_there_is_no_dashboard(tmp_path: Path) -> None:
    bare = replace(known(NOWHERE), can_show=False)
    assert read(tmp_path, "", bare).dashboard == "off"
    with pytest.raises(BadInput, match="dashboard: the dashboard is not installed here"):
        read(tmp_path, "dashboard: local\n", bare)


def test_without_openssl_no_certificate_is_offered(tmp_path: Path) -> None:
    bare = replace(known(NOWHERE), can_sign=False)
    assert read(tmp_path, "", bare).dashboard == "local"
    with pytest.raises(BadInput, match="sudo apt install openssl"):
        read(tmp_path, "dashboard: own-ca\n", bare)


def test_a_stub_that_stays_is_told_to_be_in_the_way() -> None:
    assert BY_NAME["free_port"].remarks(True, known(NOWHERE)) == ()
    (told,) = BY_NAME["free_port"].remarks(False, known(NOWHERE))
    assert "cannot be had" in str(told)


def test_an_unknown_key_is_refused_with_its_line_and_the_one_that_was_meant(tmp_path: Path) -> None:
    with pytest.raises(
        BadInput, match=r"answers\.yaml:4: unknown key 'upstream'; did you mean 'upstreams'\?"
    ):
        read(tmp_path, "upstream: [10.0.0.2]\n")


def test_a_wrong_answer_in_a_file_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"answers\.yaml:5: state: there is no state 'X'"):
        read(tmp_path, "monitoring: true\nstate: X\n")


def test_what_no_host_tells_must_be_answered(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("")
    with pytest.raises(BadInput, match="agency_ms: must not be empty"):
        read_answers(tmp_path / "empty.yaml", known(NOWHERE))


def test_a_file_of_answers_that_was_printed_is_one(tmp_path: Path) -> None:
    about = known(NOWHERE)
    text = answers_text(about, default_answers(about))
    for name, value in ANSWERS.items():
        text = text.replace(f'\n{name}: ""', f'\n{name}: "{value}"')
    file = tmp_path / "printed.yaml"
    file.write_text(text)
    assert answers(read_answers(file, known(NOWHERE))) == read(tmp_path, "")
    assert all(f"\n{each.name}:" in text or f"\n# {each.name}:" in text for each in QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.name)
def test_what_is_shown_can_be_typed(question: Question) -> None:
    examples: dict[str, Any] = {
        "list": ["10.0.0.5", "::1"],
        "text": "ICT, ext. 100",
        "choice": "off",
        "yes-no": False,
        "domains": {"agency.gov.my": ["10.0.0.2", "10.0.0.3"], "10.in-addr.arpa": ["10.0.0.2"]},
    }
    assert question.typed(question.shown(examples[question.kind])) == examples[question.kind]


def test_a_dash_is_nothing_at_all_and_yes_is_malay_too() -> None:
    assert BY_NAME["domains"].typed("-") == {}
    assert BY_NAME["dashboard_name"].typed("-") == ""
    assert BY_NAME["monitoring"].typed("Ya") is True and BY_NAME["monitoring"].typed("tidak") is False
    with pytest.raises(Wrong, match="neither yes nor no"):
        BY_NAME["monitoring"].typed("perhaps")
    with pytest.raises(Wrong, match="is not DOMAIN=ADDRESS"):
        BY_NAME["domains"].typed("agency.gov.my")


def test_a_server_that_is_silent_alone_is_offered_all_the_same(tmp_path: Path) -> None:
    found = read(tmp_path, "", known(NOWHERE, replace(FINDINGS, upstreams=(SILENT,))))
    assert found.upstreams == (SILENT.address,)


def test_an_address_that_the_server_has_no_more_is_not_offered() -> None:
    """What is offered does, in the file that is printed as well."""
    about = known(NOWHERE)
    moved = replace(about, document={**about.document, "listen": ["10.9.9.9:53", "10.0.0.5:53"]})
    assert default_answers(moved)["listen"] == ["10.0.0.5"]
    gone = replace(about, document={**about.document, "listen": ["10.9.9.9:53", "127.0.0.1:53"]})
    assert default_answers(gone)["listen"] == default_answers(about)["listen"]


def test_a_host_that_asks_nobody_is_told_to_name_somebody(tmp_path: Path) -> None:
    asks_nobody = replace(FINDINGS, upstreams=(), resolv_conf=ResolvConf("", False, ()))
    (tmp_path / "answers.yaml").write_text("")
    with pytest.raises(BadInput, match="this host asks nobody either"):
        read_answers(tmp_path / "answers.yaml", known(NOWHERE, asks_nobody))
