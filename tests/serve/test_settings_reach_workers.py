"""Every setting of a worker, from the file of a site to what a client sees: built by the real build, loaded by a real
worker, observed at its sockets before and after: taken up by a worker that runs, and begun with."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

from sm_dns.builder.process import compile_generation
from sm_dns.dns.names import ROOT
from sm_dns.serve.worker_settings import WorkerSettings
from tests.support.certificates import make_certificate
from tests.support.lying import TRUTH, LyingUpstream, lying_upstream
from tests.support.messages import make_query
from tests.support.site import NOON
from tests.support.workers import PATIENCE, RunningWorker, running_worker

DENIED, HOST = "film.example", "127.0.0.1"


@dataclass
class Stage:
    """A worker with a site's settings, and the upstreams that it may ask."""

    worker: RunningWorker
    folder: Path
    usual: LyingUpstream
    other: LyingUpstream

    def ask(self, name: str, kind: str = "A", **more: Any) -> dns.message.Message:
        question = make_query(name, kind, **{"use_edns": 0, **more})
        return dns.query.udp(question, HOST, PATIENCE, self.worker.port)


def asks_other(stage: Stage) -> bool:
    stage.ask("www.example.com")
    return bool(stage.other.asked)


def asks_other_for_its_own(stage: Stage) -> bool:
    stage.ask("www.routed.example")
    return bool(stage.other.asked)


def asks_both_each_time(stage: Stage) -> bool:
    """The last few may not have come to the slower one yet; by turns none would have more than half."""
    for number in range(30):
        stage.ask(f"n{number}.example.com")
    asked = [one.asked for one in (stage.usual, stage.other)]
    return all(len(each) >= 20 for each in asked)


def has_record(stage: Stage) -> bool:
    return "10.0.0.9" in str(stage.ask("printer.office.example"))


def says_600(stage: Stage) -> bool:
    return stage.ask(DENIED).payload == 600


def is_cut_off(stage: Stage) -> bool:
    """Over UDP and on connections, whose budgets are apart."""
    question = make_query("www.example.com")
    over_tcp = [dns.query.tcp(question, HOST, PATIENCE, stage.worker.port) for _ in range(10)]
    over_udp = [stage.ask("www.example.com") for _ in range(40)]
    is_refused = any(reply.rcode() == dns.rcode.REFUSED for reply in over_tcp)
    return is_refused and any(reply.flags & dns.flags.TC for reply in over_udp)


def keeps_private_out(stage: Stage) -> bool:
    return "10.9.0.1" not in str(stage.ask("private.example.com"))


def lets_private_in(stage: Stage) -> bool:
    return not keeps_private_out(stage)


def lives_long(stage: Stage) -> bool:
    return stage.ask("www.example.com").answer[0].ttl > 60


def says_who_it_is(stage: Stage) -> bool:
    return "dns-1" in str(stage.ask("id.server", "TXT", rdclass="CH"))


def speaks_tls(stage: Stage) -> bool:
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    try:
        port = stage.worker.secure_ports[0]
        dns.query.tls(make_query(DENIED), HOST, 2.0, port, ssl_context=trust)
    except (OSError, EOFError, dns.exception.DNSException):
        return False
    return True


def is_not_counted(stage: Stage) -> bool:
    stage.ask(DENIED)
    return not stage.worker.say("tally")["batch"][2]


def explains_as_json(stage: Stage) -> bool:
    asked = dns.edns.EDEOption(dns.edns.EDECode.OTHER)
    return b"mailto:it@example.my" in stage.ask(DENIED, options=[asked]).to_wire()


def cites_the_letter(stage: Stage) -> bool:
    """No paragraph of the letter prohibits streaming: nothing is cited before the reason."""
    text = stage.ask(DENIED).to_text()
    assert "Media penstriman dilarang" in text
    return "JKDM" not in text


def serves_who_is_behind(stage: Stage) -> bool:
    """A stranger, as a forwarder on this host tells it, is not served."""
    stranger = dns.edns.ECSOption("8.8.8.8", 32)
    return stage.ask("www.example.com", options=[stranger]).rcode() == dns.rcode.REFUSED


def asks_hosts(stage: Stage) -> bool:
    return TRUTH in str(stage.ask("printer"))


@dataclass(frozen=True)
class Case:
    """Lines of the site's file that change one field, and what a client sees then and not before (with the lines
    `before`)."""

    changed: str
    seen: Callable[[Stage], bool]
    before: str = ""


# {usual}, {other}: ports of upstreams; {tls}: lines about certificate and key.
CASES = {
    "upstreams": Case('upstreams: ["127.0.0.1:{other}"]', asks_other),
    "routes": Case('routes: {{routed.example: ["127.0.0.1:{other}"]}}', asks_other_for_its_own),
    "strategy": Case(
        'upstreams: ["127.0.0.1:{usual}", "127.0.0.1:{other}"]\nstrategy: parallel', asks_both_each_time
    ),
    "local": Case("", has_record),
    "udp_size": Case("edns: {{udp_size: 600}}", says_600),
    "network_limits": Case(
        "limits: {{networks: {{127.0.0.0/8: {{queries_per_second: 1, burst: 2}}}}}}", is_cut_off
    ),
    "trusted_forwarders": Case("trusted_forwarders: {{127.0.0.0/8: ecs}}", serves_who_is_behind),
    "protects_from_rebinding": Case("rebinding: {{protect: true}}", keeps_private_out),
    "private_names": Case(
        "rebinding: {{protect: true, allow: [example.com]}}", lets_private_in, "rebinding: {{protect: true}}"
    ),
    "lifetimes": Case("cache: {{min_ttl: 900}}", lives_long),
    "identity": Case("identity: dns-1", says_who_it_is),
    "tls": Case("tls: {{certificate: tls.pem, key: tls.key, dot: ['127.0.0.1:8853']}}", speaks_tls),
    "monitored": Case("monitoring: {{enabled: false}}", is_not_counted),
    "structured": Case(
        "edns: {{structured_errors: true}}\nnotice: {{contact_uris: ['mailto:it@example.my']}}",
        explains_as_json,
    ),
    "citation": Case("notice: {{profile: ump}}", cites_the_letter),
    "forwards_single_labels": Case("forward_single_labels: true", asks_hosts),
}
# Not seen yet at a socket, each with the reason; no other field may be without a case.
WITHOUT = {
    "cache_bytes": "the smallest that a site can set takes thousands of answers to fill",
    "limits": "loopback, from which tests ask, is free of the usual ones",
    "connections": "who gives way is seen with many clients only",
    "wishes": "the servers of the system are those of the host that runs the test",
}


def test_every_field_has_a_case() -> None:
    assert {each.name for each in fields(WorkerSettings)} == CASES.keys() | WITHOUT.keys()
    assert CASES.keys().isdisjoint(WITHOUT)


@pytest.mark.parametrize("field", CASES)
def test_a_setting_reaches_the_worker(tmp_path: Path, field: str) -> None:
    make_certificate(tmp_path)
    (tmp_path / "zones").mkdir()
    (tmp_path / "zones" / "streaming.txt").write_text(f"{DENIED}\n")
    with lying_upstream() as usual, lying_upstream() as other:
        plain = _compiled(tmp_path, _config(CASES[field].before, usual, other))
        if field == "local":
            (tmp_path / "zones" / "local.zone").write_text("printer.office.example. 60 IN A 10.0.0.9\n")
        changed = _compiled(tmp_path, _config(CASES[field].changed, usual, other))

        def is_seen(worker: RunningWorker) -> bool:
            worker.say("flush", name=ROOT.hex())  # what was cached before would be told again
            usual.asked.clear()
            other.asked.clear()
            return CASES[field].seen(Stage(worker, tmp_path, usual, other))

        with running_worker(plain, encrypted=True) as worker:
            assert not is_seen(worker)
            assert worker.load(changed)["event"] == "loaded"
            assert is_seen(worker)
        with running_worker(changed, encrypted=True) as worker:
            assert is_seen(worker)


def _config(changed: str, usual: LyingUpstream, other: LyingUpstream) -> str:
    lines = changed.format(usual=usual.port, other=other.port).splitlines()
    own = {line.partition(":")[0] for line in lines}
    base = [f'listen: ["{HOST}:5335"]', f'upstreams: ["{HOST}:{usual.port}"]', "schedules: {default: {}}"]
    base += ["monitoring: {enabled: true}", "groups: [{name: hq, clients: [127.0.0.0/8]}]"]
    return "\n".join([*(line for line in base if line.partition(":")[0] not in own), *lines, ""])


def _compiled(folder: Path, text: str) -> Path:
    config = folder / "sm-dns.yaml"
    config.write_text(text)
    return compile_generation(config, NOON)
