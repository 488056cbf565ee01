"""Zones over TLS: transfers (RFC 9103) with dnspython, and master files by URL, read by named-checkzone."""

from __future__ import annotations

import asyncio
import http.client
import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dns.message
import dns.query
import dns.rdatatype
import pytest

from sm_dns.dns.names import from_text
from sm_dns.feeds.serving import folder_of
from sm_dns.feeds.status_file import read_status
from sm_dns.generation.feeds import NO_FEEDS, FeedsStart, SecondaryPlan
from sm_dns.lists.entry import Entry, Tag
from sm_dns.lists.index_writer import write_index
from sm_dns.policy import snapshot
from sm_dns.policy.snapshot import NAMES_FILE
from sm_dns.util.typed_json import to_json
from tests.conftest import require
from tests.support.certificates import make_certificate
from tests.support.processes import REPOSITORY, free_port

ADDRESS = "127.0.0.1"
PATIENCE = 60.0


class Served:
    def __init__(self, tls: int, https: int, context: ssl.SSLContext) -> None:
        self.tls = tls
        self.https = https
        self.context = context

    def get(self, path: str, method: str = "GET") -> tuple[int, str]:
        connection = http.client.HTTPSConnection(ADDRESS, self.https, context=self.context, timeout=10)
        connection.request(method, path)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """The product's process, with a list of two thousand names."""
    generation = tmp_path / "generation"
    generation.mkdir()
    tag = Tag("social", "big", "site:big.txt")
    write_index(
        generation / NAMES_FILE,
        [(Entry(from_text(f"n{at}.example.com"), False, 1), tag) for at in range(2_000)],
    )
    snapshot.write(generation, {"groups": [{"name": "hq", "clients": ["10.0.0.0/8"]}]})
    certificate, key = make_certificate(tmp_path)
    tls, https = free_port(), free_port()
    plan = replace(
        NO_FEEDS,
        tls=((ADDRESS, tls),),
        https=((ADDRESS, https),),
        certificate=str(certificate),
        key=str(key),
        secondaries=(SecondaryPlan(ADDRESS, free_port(), None, "other", ()),),
    )
    start = FeedsStart(plan, tmp_path, 0.0, generation)
    process = subprocess.Popen(
        (sys.executable, "-m", "sm_dns.feeds.process"),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=REPOSITORY,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(to_json(start)).encode() + b"\n")
    process.stdin.flush()
    deadline = time.monotonic() + PATIENCE
    while not _is_ready(tmp_path):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    try:
        yield Served(tls, https, ssl.create_default_context(cafile=str(certificate)))
    finally:
        process.stdin.close()  # nobody is there any more: it ends by itself
        assert process.wait(20) == 0


def _is_ready(state: Path) -> bool:
    found = read_status(folder_of(state, is_rehearsal=False))
    return found is not None and all(one.is_ready for one in found.zones)


def test_a_transfer_over_tls(served: Served) -> None:
    async def main() -> int:
        served.context.set_alpn_protocols(["dot"])
        reader, writer = await asyncio.open_connection(ADDRESS, served.tls, ssl=served.context)
        assert writer.get_extra_info("ssl_object").version() == "TLSv1.3"
        query = dns.message.make_query("social.smdns.", "AXFR").to_wire()
        writer.write(len(query).to_bytes(2) + query)
        records, soas = 0, 0
        while soas < 2:
            message = dns.message.from_wire(
                await reader.readexactly(int.from_bytes(await reader.readexactly(2))), one_rr_per_rrset=True
            )
            records += len(message.answer)
            soas += sum(each.rdtype == dns.rdatatype.SOA for each in message.answer)
        writer.close()
        await writer.wait_closed()
        return records

    # Two SOA, NS, the serial, the two of the hours; four for each name.
    assert asyncio.run(main()) == 2 + 1 + 1 + 2 + 4 * 2_000


def test_a_zone_by_url(served: Served, tmp_path: Path) -> None:
    require("named-checkzone")
    for zone in ("always.smdns", "gate.smdns", "social.smdns"):
        status, text = served.get(f"/zones/{zone}")
        assert status == 200
        path = tmp_path / zone
        path.write_text(text)
        done = subprocess.run(
            ("named-checkzone", zone, str(path)), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
    assert text.count("\n") == 1 + 1 + 1 + 2 + 4 * 2_000


@pytest.mark.parametrize(
    "path", ["/", "/zones/", "/zones/gate", "/zones/other.smdns", "/zones/../gate.smdns"]
)
def test_nothing_else_is_there(served: Served, path: str) -> None:
    assert served.get(path)[0] == 404


def test_nothing_can_be_sent(served: Served) -> None:
    assert served.get("/zones/gate.smdns", "POST")[0] == 404
