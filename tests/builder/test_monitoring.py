from __future__ import annotations

from sm_dns.builder.monitoring import monitoring_plan
from sm_dns.generation.lease_source import LeaseSource
from sm_dns.settings.load import load_settings
from tests.support.site import Site


def test_defaults_lie_in_the_state_with_the_key_apart_from_the_store(site: Site) -> None:
    plan = monitoring_plan(load_settings(site.config))
    assert plan.store == str(site.state / "monitor" / "usage.db")
    assert plan.key_file == str(site.state / "keys" / "pseudonym.key")
    assert (plan.enabled, plan.zone, plan.leases, plan.staff_map) == (True, "Asia/Kuala_Lumpur", (), None)


def test_it_reaches_the_generation(site: Site) -> None:
    more = 'monitoring: {leases: [l], departments: [{name: A, networks: ["10.1.0.0/16"]}]}\n'
    site.config.write_text(site.config.read_text() + more)
    plan = site.compile().service.monitoring
    leases = LeaseSource("file", str(site.config.parent / "l"), "", "Asia/Kuala_Lumpur")
    assert plan == monitoring_plan(load_settings(site.config))
    assert (plan.leases, plan.departments) == ((leases,), {"A": ("10.1.0.0/16",)})
