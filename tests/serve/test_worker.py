"""A real worker process, asked by dig and dnspython over real sockets."""

from __future__ import annotations

import re
import select
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

from sm_dns.native import PURE_PYTHON
from sm_dns.serve import without_policy
from sm_dns.serve.upstreams import system_servers
from sm_dns.serve.upstreams.resolv_conf import nameservers
from sm_dns.serve.worker import UNTOLD_SECONDS
from sm_dns.serve.worker_settings import RESOLVER_FILE
from sm_dns.util.errors import BadInput
from tests.conftest import require
from tests.support.desk import DOCUMENT
from tests.support.lying import TRUTH, LyingUpstream, lying_upstream
from tests.support.messages import make_query, query
from tests.support.processes import eventually, one_port
from tests.support.workers import PATIENCE, RunningWorker, running_worker, write_generation


@pytest.fixture(scope="module")
def upstream() -> Iterator[LyingUpstream]:
    with lying_upstream() as one:
        yield one


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory, upstream: LyingUpstream) -> Path:
    return write_generation(tmp_path_factory.mktemp("generations"), 1, [("127.0.0.1", upstream.port)])


@pytest.fixture(scope="module")
def worker(generation: Path) -> Iterator[RunningWorker]:
    """One for the tests that leave it as it is."""
    with running_worker(generation) as one:
        yield one


def dig(*words: str) -> str:
    require("dig")
    done = subprocess.run(
        ["dig", "+tries=1", f"+time={PATIENCE:.0f}", *words], capture_output=True, text=True, check=True
    )
    return done.stdout


def address_of(message: dns.message.Message) -> str:
    return message.answer[0].to_text().rsplit(" ", 1)[1]


def ask(worker: RunningWorker, name: str, address: str = "127.0.0.1") -> dns.message.Message:
    return dns.query.udp(make_query(name, use_edns=0), address, PATIENCE, worker.port)


def test_it_says_when_it_is_ready(worker: RunningWorker) -> None:
    assert worker.greeting == {
        "event": "ready",
        "generation": 1,
        "without_policy": {"text": "", "values": {}},
    }


PERSON = "staff:a1234"
FOR_A_PERSON = [{"name": "press", "clients": [PERSON], "mode": "monitor"}, *DOCUMENT["groups"]]


def test_it_answers_nobody_before_it_was_told_who_is_where(tmp_path: Path, upstream: LyingUpstream) -> None:
    """What is asked meanwhile waits in the kernel, over TCP too, and is answered as it should be."""
    place = write_generation(tmp_path, 1, [("127.0.0.1", upstream.port)], groups=FOR_A_PERSON)
    question = make_query("youtube.com")
    with (
        running_worker(place, begins=False, log=tmp_path / "log") as one,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        socket.create_connection(("127.0.0.1", one.port), PATIENCE) as stream,
    ):
        datagrams.connect(("127.0.0.1", one.port))
        dns.query.send_tcp(stream, question)
        datagrams.send(question.to_wire())
        assert one.say("stats")["event"] == "stats"
        assert not select.select([datagrams, stream], [], [], 0)[0]
        rows = [["127.0.0.1", [PERSON], time.time() + 3600]]
        assert one.say("presence", rows=rows, gone=[]) == {"event": "knows"}
        assert one.say("begin") == {"event": "begun"}
        datagrams.settimeout(PATIENCE)
        assert address_of(dns.message.from_wire(datagrams.recv(4096))) == TRUTH
        assert address_of(dns.query.receive_tcp(stream, time.time() + PATIENCE)[0]) == TRUTH
    assert "were not told" not in (tmp_path / "log").read_text()


def test_one_that_is_told_nothing_answers_all_the_same_and_says_so(tmp_path: Path) -> None:
    began = time.monotonic()
    with running_worker(write_generation(tmp_path, 1, []), begins=False, log=tmp_path / "log") as one:
        assert address_of(ask(one, "youtube.com")) == "192.0.2.53"
        assert time.monotonic() - began >= UNTOLD_SECONDS
        assert "were not told within 2 s" in (tmp_path / "log").read_text()
        assert one.say("begin") == {"event": "begun"}
        assert address_of(ask(one, "youtube.com")) == "192.0.2.53"


def test_one_whose_control_process_is_gone_before_it_was_told_answers(tmp_path: Path) -> None:
    with running_worker(write_generation(tmp_path, 1, []), begins=False) as one:
        one.hang_up()
        assert address_of(ask(one, "youtube.com")) == "192.0.2.53"


@pytest.mark.parametrize("transport", ["+notcp", "+tcp"])
def test_dig_is_answered(worker: RunningWorker, transport: str) -> None:
    at = ("@127.0.0.1", "-p", str(worker.port), transport)
    assert dig(*at, "+short", "www.example.com").strip() == TRUTH
    assert dig(*at, "+short", "facebook.com").strip() == TRUTH
    denied = dig(*at, "youtube.com", "A")
    assert "192.0.2.53" in denied
    assert "EDE: 15" in denied
    assert "EDE: 4" in denied
    assert "status: NOERROR" in denied
    assert "ANSWER: 0" in dig(*at, "youtube.com", "HTTPS")
    assert "status: NXDOMAIN" in dig(*at, "dns.google")
    assert "status: REFUSED" in dig(*at, "version.bind", "TXT", "CH")
    assert "status: BADVERS" in dig(*at, "+edns=1", "+noednsneg", "www.example.com")
    assert "status: NOTIMP" in dig(*at, "+opcode=status", "www.example.com")


def test_dig_retries_over_tcp_what_does_not_fit(worker: RunningWorker) -> None:
    text = dig("@127.0.0.1", "-p", str(worker.port), "truncated.example.com")
    assert "Truncated, retrying in TCP mode" in text
    assert "ANSWER: 400" in text


def test_a_stream_carries_many_questions_and_answers_come_as_they_are_ready(worker: RunningWorker) -> None:
    """RFC 7766: pipelined, out of order, and answered after the client has closed its half."""
    names = ["slow.example.com", "youtube.com", "www.example.com", "nxdomain.example"]
    questions = [make_query(name) for name in names]
    with socket.create_connection(("127.0.0.1", worker.port), PATIENCE) as sock:
        wires = [question.to_wire() for question in questions]
        sock.sendall(b"".join(len(wire).to_bytes(2, "big") + wire for wire in wires))
        sock.shutdown(socket.SHUT_WR)
        replies = [dns.query.receive_tcp(sock, time.time() + PATIENCE)[0] for _ in names]
        assert sock.recv(1) == b""
    assert {reply.id for reply in replies} == {question.id for question in questions}
    assert replies[-1].id == questions[0].id
    for question in questions:
        (reply,) = (one for one in replies if one.id == question.id)
        assert question.is_response(reply)


@pytest.mark.parametrize(
    "junk", [b"\0\x05short", b"\xff\xff" + b"x" * 100, b"\0\0", b"\0", b"GET / HTTP/1.0\r\n\r\n"]
)
def test_junk_on_a_stream_costs_only_its_connection(worker: RunningWorker, junk: bytes) -> None:
    with socket.create_connection(("127.0.0.1", worker.port), PATIENCE) as sock:
        sock.sendall(junk)
        sock.shutdown(socket.SHUT_WR)
        assert sock.recv(1) == b""
    assert dns.query.tcp(make_query("youtube.com"), "127.0.0.1", PATIENCE, worker.port).answer


def test_junk_in_datagrams_costs_nothing(worker: RunningWorker) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(PATIENCE)
        sock.connect(("127.0.0.1", worker.port))
        for junk in (b"", b"x", bytes(11), b"\xff" * 600, b"\x12\x34" + bytes(10), bytes(5_000)):
            sock.send(junk)
        sock.send(query("youtube.com", id=77))
        replies: dict[int, dns.message.Message] = {}
        while not {77, 0x1234} <= replies.keys():
            reply = dns.message.from_wire(sock.recv(4096))
            replies[reply.id] = reply
    assert replies[0x1234].rcode() == 1


def test_what_it_counts(worker: RunningWorker) -> None:
    before = worker.stats()
    for _ in range(3):
        ask(worker, "youtube.com")
    dns.query.tcp(make_query("youtube.com"), "127.0.0.1", PATIENCE, worker.port)
    after = worker.stats()
    assert after["queries_udp"] - before["queries_udp"] == 3
    assert after["queries_tcp"] - before["queries_tcp"] == 1
    assert after["memo_hits"] - before["memo_hits"] >= 2
    assert after["under_way"] == 0


def test_what_is_compiled_can_be_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PURE_PYTHON, "1")
    with running_worker(write_generation(tmp_path, 1, [])) as one:
        stats = one.stats()
        assert (stats["compiled"], stats["drains_compiled"], stats["listeners_udp"]) == (False, 0, 1)
        assert ask(one, "youtube.com").answer


@pytest.mark.ipv6
def test_ipv6(generation: Path) -> None:
    with running_worker(generation, "::1") as one:
        assert address_of(ask(one, "youtube.com", "::1")) == "192.0.2.53"
        assert address_of(ask(one, "www.example.com", "::1")) == TRUTH
        assert dns.query.tcp(make_query("youtube.com"), "::1", PATIENCE, one.port).answer


def test_a_wildcard_listener_replies_from_the_address_that_was_asked(generation: Path) -> None:
    """From the packet cache, from policy, and late from upstream; dnspython drops what comes from elsewhere."""
    with running_worker(generation, "0.0.0.0") as one:
        for address in ("127.0.0.7", "127.0.0.1", "127.9.9.9"):
            for name in ("youtube.com", "youtube.com", f"{address.replace('.', '-')}.example.com"):
                assert ask(one, name, address).answer


@pytest.mark.ipv6
def test_a_wildcard_listener_on_ipv6_serves_both_families(generation: Path) -> None:
    with running_worker(generation, "::") as one:
        assert ask(one, "youtube.com", "::1").answer


def test_another_generation_under_load_loses_no_query(tmp_path: Path, upstream: LyingUpstream) -> None:
    places = [("127.0.0.1", upstream.port)]
    generations = [
        write_generation(tmp_path, number, places, sinkhole_ipv4=f"192.0.2.{100 + number}")
        for number in (1, 2, 3, 4)
    ]
    with running_worker(generations[0]) as one:
        finished = threading.Event()
        seen: list[str] = []
        lost: list[Exception] = []

        def keep_asking() -> None:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.connect(("127.0.0.1", one.port))
                sock.settimeout(PATIENCE)
                count = 0
                while not finished.is_set():
                    count += 1
                    try:
                        sock.send(query(f"h{count}.example.com", id=1))
                        sock.send(query("youtube.com", id=2))
                        replies = [dns.message.from_wire(sock.recv(4096)) for _ in range(2)]
                    except OSError as error:
                        lost.append(error)
                        return
                    seen.extend(address_of(reply) for reply in replies if reply.id == 2)

        client = threading.Thread(target=keep_asking)
        client.start()
        try:
            eventually(lambda: "192.0.2.101" in seen, "an answer of the first generation")
            for place in generations[1:]:
                number = int(place.name)
                assert one.load(place) == {"event": "loaded", "generation": number}
                assert address_of(ask(one, "youtube.com")) == f"192.0.2.{100 + number}"
                eventually(lambda: seen[-1] == f"192.0.2.{100 + number}" or lost, "an answer of the next one")  # noqa: B023
        finally:
            finished.set()
            client.join()
        assert not lost
        assert seen == sorted(seen)


def break_policy(place: Path) -> None:
    (place / "policy.json").write_text('{"groups": [')


def break_names(place: Path) -> None:
    (place / "names.idx").write_bytes(b"half a file")


def remove_names(place: Path) -> None:
    (place / "names.idx").unlink()


def break_settings(place: Path) -> None:
    (place / RESOLVER_FILE).write_text('{"upstreams": 7}')


def break_routes(place: Path) -> None:
    text = (place / RESOLVER_FILE).read_text()
    (place / RESOLVER_FILE).write_text(text.replace('"routes": {}', '"routes": []'))


def remove_all(place: Path) -> None:
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def steady(generation: Path) -> Iterator[RunningWorker]:
    """A worker for what must not shake it."""
    with running_worker(generation) as one:
        yield one


@pytest.mark.parametrize(
    "breaks", [break_policy, break_names, remove_names, break_settings, break_routes, remove_all]
)
def test_a_broken_generation_changes_nothing(steady: RunningWorker, tmp_path: Path, breaks: object) -> None:
    place = write_generation(tmp_path, 2, [("127.0.0.1", 9)], sinkhole_ipv4="192.0.2.99")
    breaks(place)  # type: ignore[operator]
    told = steady.load(place)
    assert told["event"] == "failed"
    assert str(place) in str(told["reason"])
    assert address_of(ask(steady, "youtube.com")) == "192.0.2.53"
    assert steady.stats()["generation"] == 1


OWN_RESOLV_CONF = """
import runpy
from pathlib import Path
from sm_dns.serve import worker
from sm_dns.serve.upstreams import resolv_conf, system_servers

resolv_conf.RESOLV_CONF = (Path("{file}"),)
system_servers.PORT = {port}
system_servers.LOOK_SECONDS = 0.05
worker.RETRY_SECONDS = 0.1
worker.main()
"""


@pytest.mark.parametrize(
    "breaks", [break_policy, break_names, remove_names, break_settings, break_routes, remove_all]
)
def test_without_a_policy_the_shipped_lists_are_denied_and_the_rest_is_forwarded(
    tmp_path: Path, upstream: LyingUpstream, breaks: object
) -> None:
    """OPS-2: a worker whose generation is damaged starts, says so, and takes up a sound one once there is one."""
    place = write_generation(tmp_path, 1, [("127.0.0.1", 9)])
    sound = tmp_path / "sound"
    shutil.copytree(place, sound)
    breaks(place)  # type: ignore[operator]
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    program = OWN_RESOLV_CONF.format(file=tmp_path / "resolv.conf", port=upstream.port)
    with running_worker(place, program=("-c", program), log=tmp_path / "log") as one:
        assert one.greeting["event"] == "ready"
        assert str(place) in str(one.greeting["without_policy"])
        assert one.stats()["without_policy"] == one.greeting["without_policy"]
        for denied in ("facebook.com", "www.youtube.com", "scontent.xx.fbcdn.net"):
            assert address_of(ask(one, denied)) == "0.0.0.0"
        assert ask(one, "dns.google").rcode() == dns.rcode.NXDOMAIN
        for forwarded in ("www.example.com", "web.whatsapp.com", "www.gov.my"):
            assert address_of(ask(one, forwarded)) == TRUTH
        assert "no policy to go by" in (tmp_path / "log").read_text()
        if place.exists():
            shutil.rmtree(place)
        sound.rename(place)
        eventually(lambda: one.stats()["generation"] == 1, "the sound generation")
        assert one.stats()["without_policy"] == {"text": "", "values": {}}
        assert address_of(ask(one, "youtube.com")) == "192.0.2.53"


def test_a_host_that_asks_us_is_not_asked_without_a_policy(tmp_path: Path) -> None:
    """It would go in circles."""
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.1\nnameserver 127.0.0.7\n")
    udp, tcp = one_port("127.0.0.1")
    port = udp.getsockname()[1]
    udp.close()
    tcp.close()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(system_servers, "PORT", port)
        wishes = without_policy.without_policy([("127.0.0.1", port)]).wishes
        assert wishes is not None
        found = wishes.addresses(wishes.upstreams, nameservers((tmp_path / "resolv.conf",)))
    assert [server.address for server in found] == ["127.0.0.7"]


def test_without_the_shipped_lists_names_resolve_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing() -> Path:
        raise BadInput("the shipped lists are missing: install sm-dns again")

    monkeypatch.setattr(without_policy, "shipped_zones", missing)
    assert len(without_policy.without_policy([]).resolver.snapshot.names) == 0
    assert "the shipped lists are missing" in caplog.text


def test_a_new_size_of_datagrams_is_taken_over(tmp_path: Path, upstream: LyingUpstream) -> None:
    places = [("127.0.0.1", upstream.port)]
    with running_worker(write_generation(tmp_path, 1, places)) as one:
        assert ask(one, "youtube.com").payload == 1232
        one.load(write_generation(tmp_path, 2, places, {"udp_size": 600}))
        message = ask(one, "youtube.com")
        assert message.payload == 600
        large = dns.query.udp(
            make_query("truncated.example.com", use_edns=0, payload=4096), "127.0.0.1", PATIENCE, one.port
        )
        assert large.flags & dns.flags.TC


def test_what_it_answered_is_told_by_response_code_and_by_how_long_it_waited(
    tmp_path: Path, upstream: LyingUpstream
) -> None:
    with running_worker(write_generation(tmp_path, 1, [("127.0.0.1", upstream.port)])) as one:
        for _ in range(3):
            ask(one, "www.example.com")  # by the upstream, from the cache, by replay
        ask(one, "youtube.com")  # denied
        stats = one.stats()
    assert (stats["queries_udp"], stats["memo_hits"]) == (4, 1)
    assert [count for _, count in stats["rcodes"] if count] == [3]
    assert sum(each["replies"] for each in stats["waits"]) == 1
    assert 0 < stats["waited"] < PATIENCE


def test_a_smaller_cache_is_smaller_at_once(tmp_path: Path, upstream: LyingUpstream) -> None:
    places = [("127.0.0.1", upstream.port)]
    with running_worker(write_generation(tmp_path, 1, places)) as one:
        for number in range(20):
            ask(one, f"n{number}.example.com")
        assert one.stats()["cache_entries"] == 20
        one.load(write_generation(tmp_path, 2, places, {"cache_bytes": 5_000}))
        stats = one.stats()
        assert 0 < stats["cache_entries"] <= 7
        assert stats["cache_bytes"] <= 5_000


def test_another_text_and_other_bounds_of_ttls_are_taken_over(
    tmp_path: Path, upstream: LyingUpstream
) -> None:
    places = [("127.0.0.1", upstream.port)]
    asked = make_query("id.server", "TXT", rdclass="CH")
    with running_worker(write_generation(tmp_path, 1, places)) as one:
        assert dns.query.udp(asked, "127.0.0.1", PATIENCE, one.port).rcode() == 5
        assert ask(one, "a.example.com").answer[0].ttl <= 60
        one.load(write_generation(tmp_path, 2, places, {"identity": "dns-1", "lifetimes": [900, 1_000]}))
        told = dns.query.udp(asked, "127.0.0.1", PATIENCE, one.port)
        assert told.answer[0][0].strings == (b"dns-1",)
        assert ask(one, "b.example.com").answer[0].ttl > 60


@pytest.mark.parametrize(
    "line",
    [
        b"no JSON",
        b"[]",
        b"{}",
        b'{"command": "flush"}',
        b'{"command": "look_up", "name": "00"}',
        b'{"command": "look_up", "name": "zz", "key": [1, false, false]}',
        b'{"command": "flush", "name": "zz"}',
        b'{"command": "load"}',
        b'{"command": "load", "generation": {}}',
        b"\xff" * 1_000,
    ],
)
def test_a_command_that_cannot_be_obeyed_costs_nothing(steady: RunningWorker, line: bytes) -> None:
    before = steady.stats()["faults"]["count"]
    told = steady.say_line(line)
    assert told["event"] == "failed"
    assert "sm_dns/" in str(told["reason"])
    assert steady.stats()["faults"]["count"] == before + 1
    assert ask(steady, "youtube.com").answer


BREAKING = """
import runpy
from sm_dns.policy.clients.client_table import ClientTable

classify = ClientTable.classify

def fail(table, address, identities):
    if address == "127.0.0.9":
        raise LookupError("a page of the table is gone")
    return classify(table, address, identities)

ClientTable.classify = fail
runpy.run_module("sm_dns.serve.worker", run_name="__main__")
"""


def test_an_error_costs_the_question_that_raised_it_and_nothing_else(
    generation: Path, tmp_path: Path
) -> None:
    """A real worker whose policy cannot place one client, over UDP and TCP, again and again."""
    log = tmp_path / "log"
    asked = make_query("youtube.com")
    with running_worker(generation, program=("-c", BREAKING), log=log) as one:
        for _ in range(3):
            for source, code in (("127.0.0.9", dns.rcode.SERVFAIL), (None, dns.rcode.NOERROR)):
                over_udp = dns.query.udp(asked, "127.0.0.1", PATIENCE, one.port, source)
                over_tcp = dns.query.tcp(asked, "127.0.0.1", PATIENCE, one.port, source)
                assert {over_udp.rcode(), over_tcp.rcode()} == {code}
        faults = one.stats()["faults"]
        assert faults["count"] == 6
        assert faults["what"]["values"]["error"] == "LookupError('a page of the table is gone')"
        assert 0 <= faults["last"] - faults["first"] < PATIENCE
    (line,) = [line for line in log.read_text().splitlines() if "LookupError" in line]
    assert re.match(r"ERROR: a question failed by an error at sm_dns/\S+\.py:\d+: LookupError", line)


def test_it_goes_on_answering_without_its_control_process(generation: Path) -> None:
    with running_worker(generation) as one:
        one.hang_up()
        for count in range(5):
            time.sleep(0.1)
            assert ask(one, f"orphan{count}.example.com").answer
        assert one.process.poll() is None


def test_it_stops_when_told(generation: Path) -> None:
    with running_worker(generation) as one:
        assert ask(one, "youtube.com").answer
        one.process.terminate()
        assert one.process.wait(PATIENCE) == 0


# The worker, with the name of every catalogue that it opens written down.
NOTING = """
import runpy, sys
def note(event, values):
    if event == "open" and str(values[0]).endswith(".po"):
        print(values[0], file=sys.stderr, flush=True)
sys.addaudithook(note)
runpy.run_module("sm_dns.serve.worker", run_name="__main__")
"""


def test_catalogues_are_read_before_the_first_question(generation: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running_worker(generation, program=("-c", NOTING), log=log) as worker:
        opened = log.read_text().split()
        assert {Path(name).name for name in opened} >= {"en.po", "ms.po"}
        told = [option.to_text() for option in ask(worker, "youtube.com").options]
        assert "Media penstriman dilarang" in told[0]
        assert log.read_text().split() == opened
