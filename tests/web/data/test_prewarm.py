"""What is ready before somebody comes, and that nothing depends on it."""

from __future__ import annotations

import jinja2
import pytest

from sm_dns.util.errors import BadInput
from sm_dns.web.data.prewarm import warm
from sm_dns.web.interface.request_fields import read
from sm_dns.web.views.usage_selection import FIELDS, anything, fixed
from tests.support.dashboard import Dashboard


def test_the_first_visitor_waits_for_no_template_and_no_policy(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = dashboard.login("officer1")
    said = dashboard.desk.status.get()  # the played service reads the policy too, to say it again
    monkeypatch.setattr(dashboard.desk.status, "_ask", lambda *given: said)
    warm(dashboard.site, dashboard.pages)

    def refuse(*given: object) -> None:
        raise AssertionError("a template or the policy is read while somebody waits")

    monkeypatch.setattr(jinja2.FileSystemLoader, "get_source", refuse)
    monkeypatch.setattr("sm_dns.policy.snapshot.load", refuse)
    for path in ("/", "/policy", "/lists", "/system", "/audit"):
        assert "</html>" in admin.get(path)


def test_the_figures_of_the_usual_days_are_begun(dashboard: Dashboard) -> None:
    asked: list[object] = []
    dashboard.site.figures.get = lambda key, wait: asked.append((key, wait))  # type: ignore[method-assign]
    warm(dashboard.site, dashboard.pages)
    usual = read(FIELDS, {})
    assert asked == [(anything(dashboard.desk, usual), 0.0), (fixed(dashboard.desk, usual), 0.0)]


def test_a_service_that_does_not_answer_yet_is_no_trouble(dashboard: Dashboard) -> None:
    dashboard.desk.silent = True
    warm(dashboard.site, dashboard.pages)
    with pytest.raises(BadInput):
        dashboard.desk.policy()
    dashboard.desk.silent = False
    dashboard.desk.status.forget()
    assert "</html>" in dashboard.login("officer1").get("/")
