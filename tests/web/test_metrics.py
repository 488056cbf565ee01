from __future__ import annotations

import json
import re
from pathlib import Path

import sm_dns
from tests.support.dashboard import Dashboard

LINE = re.compile(r"(sm_dns_[a-z_]+)(?:\{((?:[a-z]+=\"[^\"\n]*\",?)+)\})? (-?[0-9.e+-]+)")


def test_the_text_is_that_of_prometheus_and_names_no_client(dashboard: Dashboard) -> None:
    """T17: labels are of the configuration, whoever asks whatever."""
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
            assert found[1] in helped and kinds[found[1]] in {"counter", "gauge"}
            assert (kinds[found[1]] == "counter") == found[1].endswith("_total")
            values[f"{found[1]}{{{found[2] or ''}}}"] = float(found[3])
    assert values['sm_dns_queries_total{protocol="dot"}'] == 10
    assert values['sm_dns_governed_queries_total{category="social",outcome="denied"}'] == 5
    assert values['sm_dns_upstream_latency_seconds{upstream="192.0.2.1:53"}'] == 0.0125
    assert values['sm_dns_worker_up{worker="1"}'] == 0 < values['sm_dns_worker_up{worker="0"}']
    assert values['sm_dns_schedule_open{schedule="default"}'] == 0
    assert values['sm_dns_schedule_next_transition_timestamp_seconds{schedule="default"}'] == 1786338000
    assert values["sm_dns_last_flip_lag_seconds{}"] == 0.003
    assert values[f'sm_dns_build_info{{version="{sm_dns.__version__}"}}'] == 1
    labels = set(re.findall(r"([a-z]+)=\"", text))
    assert labels <= {"protocol", "category", "outcome", "upstream", "worker", "schedule", "level", "version"}


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
    assert asked <= set(re.findall(r"# TYPE (\w+)", text))
