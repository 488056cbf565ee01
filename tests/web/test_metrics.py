from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

import sm_dns
from sm_dns.state import audit
from sm_dns.web.data.backend import AUDIT_SECONDS
from tests.conftest import require
from tests.support.dashboard import Dashboard

LINE = re.compile(r"(sm_dns_[a-z_]+)(?:\{((?:[a-z]+=\"[^\"\n]*\",?)+)\})? (-?[0-9.e+-]+)")
PARTS_OF_HISTOGRAM = re.compile("_(bucket|sum|count)$")
EDGE = 1_786_338_000  # 13:00:00 of that Monday


def test_the_text_is_that_of_prometheus_and_names_no_client(dashboard: Dashboard) -> None:
    """T17: labels are of the configuration, whoever asks whatever."""
    dashboard.desk.trail_by("officer1").note("tried", "a")
    text = dashboard.visitor("127.0.0.1").get("/metrics").text
    helped: set[str] = set()
    kinds: dict[str, str] = {}
    values: dict[str, float] = {}
    for line in text.splitlines():
        if line.startswith("# HELP "):
            helped.add(line.split()[2])
        elif line.startswith("# TYPE "):
            kinds[line.split()[2]] = line.split()[3]
        else:
            found = LINE.fullmatch(line)
            assert found is not None, line
            name = found[1] if found[1] in helped else PARTS_OF_HISTOGRAM.sub("", found[1])
            assert name in helped and kinds[name] in {"counter", "gauge", "histogram"}
            assert (kinds[name] == "counter") == name.endswith("_total")
            assert (kinds[name] == "histogram") == (name != found[1])
            values[f"{found[1]}{{{found[2] or ''}}}"] = float(found[3])
    assert values['sm_dns_queries_total{protocol="dot"}'] == 10
    assert values['sm_dns_governed_queries_total{category="social",outcome="denied"}'] == 5
    assert values['sm_dns_upstream_latency_seconds{upstream="192.0.2.1:53"}'] == 0.0125
    assert values['sm_dns_worker_up{worker="1"}'] == 0 < values['sm_dns_worker_up{worker="0"}']
    assert values['sm_dns_schedule_open{schedule="default"}'] == 0
    assert values['sm_dns_schedule_next_transition_timestamp_seconds{schedule="default"}'] == EDGE
    assert values['sm_dns_replies_total{rcode="NXDOMAIN"}'] == 3
    assert values['sm_dns_upstream_wait_seconds_bucket{le="0.5"}'] == 4
    assert values['sm_dns_upstream_wait_seconds_bucket{le="+Inf"}'] == 5
    assert values["sm_dns_upstream_wait_seconds_count{}"] == 5
    assert values["sm_dns_upstream_wait_seconds_sum{}"] == 2.5
    assert values['sm_dns_list_changed_timestamp_seconds{list="x"}'] == EDGE - 3600
    assert values['sm_dns_list_checked_timestamp_seconds{list="x"}'] == EDGE - 1800
    assert values["sm_dns_store_waiting_rows{}"] == 3
    assert values["sm_dns_store_lost_queries_total{}"] == 2
    assert values["sm_dns_audit_intact{}"] == 1
    assert values["sm_dns_last_flip_lag_seconds{}"] == 0.003
    assert values[f'sm_dns_build_info{{version="{sm_dns.__version__}",compiled="true"}}'] == 1
    labels = set(re.findall(r"([a-z]+)=\"", text))
    assert labels == {
        *(
            "protocol",
            "category",
            "outcome",
            "upstream",
            "worker",
            "schedule",
            "level",
            "version",
            "compiled",
        ),
        *("rcode", "le", "list"),
    }


def test_prometheus_own_tool_finds_nothing_to_say_of_it(dashboard: Dashboard) -> None:
    """Names, units, kinds and histograms are as its rules want them."""
    require("promtool")
    text = dashboard.visitor("127.0.0.1").get("/metrics").text
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def value(dashboard: Dashboard, name: str) -> float:
    text = dashboard.visitor("127.0.0.1").get("/metrics").text
    found = re.search(rf"^sm_dns_{name} (.+)$", text, re.MULTILINE)
    assert found is not None
    return float(found[1])


@pytest.mark.parametrize("before", [0.999, 0.5, 0.001, 100.4])
def test_the_next_transition_is_told_to_the_second_whenever_one_looks(
    dashboard: Dashboard, before: float
) -> None:
    dashboard.clock = EDGE - before
    assert value(dashboard, r'schedule_next_transition_timestamp_seconds\{schedule="default"\}') == EDGE


def test_a_damaged_audit_is_told_within_the_time_between_two_checks(dashboard: Dashboard) -> None:
    trail = dashboard.desk.trail_by("officer1")
    for target in "abc":
        trail.note("tried", target)
    first = dashboard.clock
    assert (value(dashboard, "audit_intact"), value(dashboard, "audit_records")) == (1, 3)
    path = dashboard.state / audit.FILE
    path.write_bytes(path.read_bytes().replace(b'"b"', b'"x"'))
    assert value(dashboard, "audit_checked_timestamp_seconds") == first
    dashboard.clock += AUDIT_SECONDS
    assert (value(dashboard, "audit_intact"), value(dashboard, "audit_records")) == (0, 1)
    assert value(dashboard, "audit_checked_timestamp_seconds") == dashboard.clock


def test_only_networks_that_are_named_and_readers_get_it(dashboard: Dashboard) -> None:
    stranger = dashboard.visitor()
    assert stranger.get("/metrics").status_code == 401
    for role, department, status in (("auditor", "", 200), ("admin", "", 200), ("head", "Finance", 403)):
        found = stranger.get("/metrics", headers=dashboard.token(role, department))
        assert found.status_code == status


def test_health_is_told_to_anybody_and_nothing_else(dashboard: Dashboard) -> None:
    assert (dashboard.visitor().get("/healthz").status_code, dashboard.visitor().get("/healthz").text) == (
        200,
        "ok\n",
    )
    dashboard.desk.silent = True
    dashboard.desk.status.forget()
    assert (dashboard.visitor().get("/healthz").status_code, dashboard.visitor().get("/healthz").text) == (
        503,
        "down\n",
    )


def test_the_dashboard_for_grafana_asks_for_what_there_is(dashboard: Dashboard) -> None:
    text = dashboard.visitor("127.0.0.1").get("/metrics").text
    board = json.loads((Path(__file__).parents[2] / "docs" / "grafana-dashboard.json").read_text())
    asked = {
        name
        for panel in board["panels"]
        for target in panel["targets"]
        for name in re.findall(r"sm_dns_\w+", target["expr"])
    }
    assert len(asked) > 10
    buckets = {f"{name}_bucket" for name in re.findall(r"# TYPE (\w+) histogram", text)}
    assert asked <= {*re.findall(r"# TYPE (\w+)", text), *buckets}


def test_the_manual_tells_of_each_and_of_no_other(dashboard: Dashboard) -> None:
    text = dashboard.visitor("127.0.0.1").get("/metrics").text
    manual = (Path(__file__).parents[2] / "docs" / "api.md").read_text().partition("## Health and metrics")[2]
    rows = [line.split("|")[1] for line in manual.splitlines() if line.startswith("| `")]
    told = {f"sm_dns_{name}" for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert told == set(re.findall(r"# TYPE (\w+)", text))
