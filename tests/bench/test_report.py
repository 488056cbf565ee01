from __future__ import annotations

import json

from tests.bench.measure import QUICK, Latency, Results, Standing
from tests.bench.report import cpu_ratio, document, ratio, table
from tests.bench.rig import Work
from tests.bench.service import Memory

RESULTS = Results(
    work={
        "denied": {
            "sm-dns": [Work(8.0, 100.0, 0), Work(20.0, 50.0, 3), Work(9.0, 100.0, 0)],
            "unbound": [Work(8.0, 200.0, 0), Work(10.0, 100.0, 0), Work(6.0, 200.0, 0)],
        }
    },
    latency={"sm-dns": [Latency(150.0, 300.0)], "unbound": [Latency(100.0, 200.0)]},
    standing={
        "sm-dns": Standing(Memory(54.0, 38.0), Memory(65.0, 50.0), 0.75, 1.5),
        "unbound": Standing(Memory(18.0, 12.0), Memory(47.0, 41.0), 0.04, 0.0),
    },
)


def test_rounds_are_compared_with_their_own_reference() -> None:
    assert ratio([8.0, 20.0, 9.0], [8.0, 10.0, 6.0]) == (1.0, 1.5, 2.0)
    assert cpu_ratio(RESULTS, "denied", "sm-dns", "unbound").median == 1.5


def test_the_table_shows_medians_ratios_and_losses() -> None:
    lines = table(RESULTS, "unbound").splitlines()
    assert lines[1].split() == [
        "sm-dns",
        "9.0",
        "1.50",
        "(1.00-2.00)",
        "100",
        "0.50",
        "(0.50-0.50)",
        "3",
        "lost",
    ]
    assert any("54 (38)" in line and "0.75 s" in line for line in lines)


def test_the_document_is_json_with_every_round() -> None:
    found = json.loads(json.dumps(document(RESULTS, QUICK, {"unbound": "1"})))
    assert [one["cpu_us"] for one in found["work"]["denied"]["sm-dns"]] == [8.0, 20.0, 9.0]
    assert found["standing"]["sm-dns"]["worked"] == {"rss": 65.0, "pss": 50.0}
    assert found["versions"] == {"unbound": "1"}
