from __future__ import annotations

import pytest

from tests.cli.conftest import Office
from tests.support.certificates import make_certificate

KEYS = {
    *("name", "type", "client", "group", "mode", "at", "decision", "category", "service", "list"),
    *("reason_code", "reason", "next_transition", "seconds_to_transition", "ttl_cap", "ede"),
}


def test_one_object_a_name(office: Office) -> None:
    names = ["facebook.com", "YouTube.com.", "example.org"]
    found = office.json("explain", *names, "--client", "10.0.0.7", "--at", "2026-08-10T13:59:50")
    assert [each["decision"] for each in found] == ["permit", "deny", "forward"]
    for each in found:
        assert set(each) >= KEYS
        assert (each["group"], each["mode"], each["at"]) == ("hq", "enforce", "2026-08-10T13:59:50")
    assert found[0]["next_transition"] == "2026-08-10T14:00:00"
    assert (found[0]["seconds_to_transition"], found[0]["ttl_cap"]) == (10, 10)
    assert found[1]["name"] == "youtube.com"
    assert found[1]["ede"] == [15, 4]


@pytest.mark.parametrize("at", ["2026-08-10T12:00", "2026-08-10T04:00:00Z", "2026-08-10 06:00:00+02:00"])
def test_times_are_local_unless_they_say_otherwise(office: Office, at: str) -> None:
    [found] = office.json("explain", "facebook.com", "--at", at)
    assert found["at"] == "2026-08-10T12:00:00"


def test_who_asks_decides(office: Office) -> None:
    at = ("--at", "2026-08-15T12:00")
    [lab] = office.json("explain", "facebook.com", "--client", "10.9.1.1", *at)
    assert (lab["group"], lab["decision"], lab["would_deny"]) == ("lab", "permit", True)
    [hq] = office.json("explain", "facebook.com", "--client", "::ffff:10.1.1.1", *at)
    assert (hq["group"], hq["reason_code"]) == ("hq", "WEEKEND_OPEN")
    [outside] = office.json("explain", "facebook.com", "--client", "192.0.2.9", *at)
    assert (outside["group"], outside["decision"]) == (None, "deny")


def test_the_text_for_people(office: Office) -> None:
    text = office.run("explain", "facebook.com", "--type", "https", "--at", "2026-08-10T12:00").stdout
    assert "facebook.com HTTPS for 127.0.0.1 (group default, enforce) at 2026-08-10T12:00:00" in text
    assert "deny: Working hours; permitted from Monday, 10 August 2026, 13:00." in text
    assert "until 2026-08-10T13:00:00 (in 1h)" in text
    assert "at most 60 s" in text
    assert "the client is told: JKDM 2/2010 para 5: Waktu bekerja;" in text


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (".", "."),
        ("SP\\032ace.example", "sp\\032ace.example"),
        ("\\000x.example", "\\000x.example"),
        ("x-.example.", "x-.example"),
    ],
)
def test_every_name_can_be_explained(office: Office, name: str, told: str) -> None:
    (found,) = office.json("explain", name, "--type", "zonemd")
    assert (found["name"], found["decision"]) == (told, "forward")


def test_records_of_every_type_are_told_as_zone_text(office: Office) -> None:
    office.zones.mkdir(exist_ok=True)
    records = {
        "TXT": '"v=spf1 -all; x" "two"',
        "HTTPS": '1 . alpn="h2,h3" port="8443"',
        "CAA": '0 issue "ca.example"',
        "MX": "10 mail.agency.example.",
        "RESINFO": '"qnamemin"',
        "NS": ".",
    }
    lines = [f"x.agency.example. 300 IN {qtype} {data}\n" for qtype, data in records.items()]
    (office.zones / "local.zone").write_text("".join(lines))
    for qtype, data in records.items():
        (found,) = office.json("explain", "x.agency.example", "--type", qtype)
        assert found["answers"] == [f"x.agency.example. 300 {qtype} {data}"]
    (found,) = office.json("explain", "example.org", "--type", "any")
    assert found["answers"] == ['example.org. 3600 HINFO "RFC8482" ""']


@pytest.mark.parametrize(
    "arguments",
    [
        ("exam ple.com",),
        ("@",),
        ("a.example", "--type", "TYPE" + "9" * 5000),
        ("a.example", "--at", "noon"),
        ("a.example", "--client", "office"),
        ("a.example", "--type", "A;B"),
    ],
)
def test_bad_input(office: Office, arguments: tuple[str, ...]) -> None:
    assert office.run("explain", *arguments, exit_code=2).stderr.startswith("error: ")


def test_the_discovery_of_encryption_is_shown(office: Office) -> None:
    question = ("explain", "_dns.resolver.arpa", "--type", "svcb", "--client")
    (found,) = office.json(*question, "10.1.2.3")
    assert found["reason_code"] != "DISCOVERY"
    make_certificate(office.config.parent, "dns.agency.gov.my")
    places = "dot: ['10.0.0.5:853'], doh: ['10.0.0.5:443']"
    tls = f"{{certificate: tls.pem, key: tls.key, name: dns.agency.gov.my, {places}}}"
    office.config.write_text(office.config.read_text() + f"tls: {tls}\n")
    (found,) = office.json(*question, "10.1.2.3")
    assert (found["decision"], found["reason_code"], found["list"], found["ede"]) == (
        "permit",
        "DISCOVERY",
        None,
        [],
    )
    assert found["reason"] == (
        "This server's own encryption, as dns.agency.gov.my: DoH on 10.0.0.5:443, DoT on 10.0.0.5:853."
    )
    (stranger,) = office.json(*question, "8.8.8.8")
    assert stranger["reason_code"] == "NOT_SERVED"
    (address,) = office.json("explain", "_dns.resolver.arpa", "--client", "10.1.2.3")
    assert address["reason_code"] != "DISCOVERY"


def test_what_is_the_sites_own_or_never_leaves_is_told_as_it_is_answered(office: Office) -> None:
    office.zones.mkdir(exist_ok=True)
    (office.zones / "local.zone").write_text("10.0.0.2 intranet.agency.example\n")
    (found,) = office.json("explain", "intranet.agency.example")
    assert (found["stage"], found["reason_code"], found["rcode"]) == ("local", "LOCAL_RECORD", "NOERROR")
    assert found["answers"] == ["intranet.agency.example. 300 A 10.0.0.2"]
    for name, qtype, stage, rcode in [
        ("x.onion", "A", "special", "NXDOMAIN"),
        ("example.org", "any", "any", "NOERROR"),
        ("example.org", "axfr", "unsupported", "REFUSED"),
        ("example.org", "A", "upstream", None),
    ]:
        (found,) = office.json("explain", name, "--type", qtype)
        assert (found["stage"], found["rcode"]) == (stage, rcode)
    text = office.run("explain", "facebook.com", "--at", "2026-08-10T12:00").stdout
    assert "listed as social, facebook: facebook.com in shipped:social/facebook.txt:" in text
    assert "answered by the stage policy: NOERROR" in text
    assert "--resolve" in office.run("explain", "example.org").stdout


def test_nothing_is_looked_up_without_a_server(office: Office) -> None:
    assert "no server is running" in office.run("explain", "example.org", "--resolve", exit_code=2).stderr
    (denied,) = office.json("explain", "facebook.com", "--resolve", "--at", "2026-08-10T12:00")
    assert denied["stage"] == "policy"


def test_the_address_of_a_page_is_its_name(office: Office) -> None:
    [found] = office.json("explain", "https://www.Facebook.com:443/page?x=1#y", "--at", "2026-08-10T12:00")
    assert (found["name"], found["decision"]) == ("www.facebook.com", "deny")


def test_a_time_alone_is_of_today(office: Office) -> None:
    [found] = office.json("explain", "facebook.com", "--at", "9:05")
    assert found["at"].endswith("T09:05:00")
    assert (
        "expected a time such as 18:00"
        in office.run("explain", "facebook.com", "--at", "25:00", exit_code=2).stderr
    )


def test_a_rule_for_a_service_is_told_and_a_wrong_one_refused(office: Office) -> None:
    text = office.config.read_text()
    rules = "services: {whatsapp: deny, youtube: {action: schedule, who: [lab]}, linkedin: schedule}\n"
    office.config.write_text(text + rules)
    ask = ("explain", "whatsapp.com", "youtube.com", "linkedin.com", "--at", "2026-08-10T12:00", "--client")
    found = office.json(*ask, "10.0.0.1")
    assert [(one["decision"], one["reason_code"]) for one in found] == [
        ("deny", "SERVICE_DENIED"),
        ("deny", "STREAMING"),
        ("deny", "WORKING_HOURS"),
    ]
    assert "A service that the site has closed" in found[0]["reason"]
    lab = office.json(*ask, "10.9.0.1")
    assert [one["would_deny"] for one in lab] == [True, True, True]
    assert lab[1]["reason_code"] == "WORKING_HOURS"
    for wrong, reason in (
        ("whatsap: deny", "there is no service 'whatsap'"),
        ("whatsapp: {action: deny, who: hp}", "'hp' is no group, network or hardware address"),
        ("whatsapp: {action: deny, who: hp}", "the groups are: default, hq, lab"),
        ("whatsapp: allow", "must be one of"),
        ("whatsapp: []", "sm-dns.yaml:"),
        ("whatsapp: {who: hq}", "services.whatsapp"),
    ):
        office.config.write_text(f"{text}services: {{{wrong}}}\n")
        assert reason in office.run(*ask, "10.0.0.1", exit_code=2).stderr, wrong
