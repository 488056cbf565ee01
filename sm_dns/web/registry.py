"""Every view and page there is: the one place where a role is given the right to see something."""

from __future__ import annotations

from sm_dns.web.auth.roles import ADMINS, EVERYBODY, READERS
from sm_dns.web.data.figure_cache import FigureCache
from sm_dns.web.data.usage import Figures
from sm_dns.web.data.usage_figures import Wanted
from sm_dns.web.interface.endpoint import Page, View
from sm_dns.web.interface.request_fields import Field
from sm_dns.web.views import (
    calendar,
    explain,
    fleet,
    history,
    lists,
    now,
    operations,
    policy,
    records,
    reports,
    requests,
    setup,
    system,
    usage,
    usage_selection,
)

PAGE_WAIT_SECONDS = 0.05
API_WAIT_SECONDS = 20.0


def views(figures: FigureCache[Wanted, Figures], wait: float) -> dict[str, View]:
    """By path. `wait`: seconds that the figures of use are waited for."""
    every = (
        View(
            "now",
            "open or closed, why and until when; the week; the state of the service",
            EVERYBODY,
            now.now,
            (Field("schedule", summary="the default one without it"),),
        ),
        View(
            "usage",
            "distinct staff by day, hour, department; queries by service. A head gets one department",
            EVERYBODY,
            usage.usage(figures, wait),
            usage_selection.FIELDS,
        ),
        View("policy", "schedules, groups, categories, exemptions", READERS, policy.policy),
        View(
            "calendar",
            "one year of a calendar of public holidays",
            READERS,
            calendar.calendar,
            calendar.FIELDS,
        ),
        View(
            "explain",
            "what a client would be answered to a name at a time, and why",
            READERS,
            explain.explain,
            explain.FIELDS,
        ),
        View(
            "history",
            "every policy that was in force: when, by whom, why, and what it changed",
            READERS,
            history.history,
            history.FIELDS,
        ),
        View(
            "history/version",
            "one policy that was in force, whole",
            READERS,
            history.version,
            history.VERSION_FIELDS,
        ),
        View("lists", "categories, services, lists by URL", READERS, lists.lists),
        View("domains", "the site's own names", READERS, lists.domains, lists.DOMAIN_FIELDS),
        View("domains/find", "the lists that hold a name", READERS, lists.find, lists.FIND_FIELDS),
        View(
            "lists/preview",
            "what a list would give, by line; nothing is changed",
            READERS,
            lists.preview,
            lists.PREVIEW_FIELDS,
        ),
        View(
            "lists/lines",
            "the last good copy of a list by URL, by line",
            READERS,
            lists.lines,
            lists.LINES_FIELDS,
        ),
        View(
            "log",
            "what was counted lately, under labels of the day; looking is audited",
            READERS,
            records.log,
            records.LOG_FIELDS,
        ),
        View(
            "audit",
            "who changed what and why, and whether the record is whole",
            READERS,
            records.records,
            records.AUDIT_FIELDS,
        ),
        View(
            "requests",
            "what staff asked for; a head gets one department",
            EVERYBODY,
            requests.requests,
            requests.FIELDS,
        ),
        View(
            "requests/persons",
            "requests to name a person, for who may approve them",
            EVERYBODY,
            requests.person_requests,
        ),
        View(
            "reports",
            "reports that were made and that can be made; those the clock makes. A head gets one department",
            EVERYBODY,
            reports.reports,
            reports.FIELDS,
        ),
        View(
            "operations",
            "how the service ran in the last day or month: queries, denials, waits, upstreams, lists, store, disk",
            READERS,
            operations.operations,
            operations.FIELDS,
        ),
        View(
            "fleet",
            "every server of the fleet: what it goes by, its last edge, queries, health",
            READERS,
            fleet.fleet,
        ),
        View("system", "workers, versions, findings, the store, users, tokens", READERS, system.system),
        View("setup", "what sm-dns setup asks, the answers, and what they would change", ADMINS, setup.setup),
    )
    return {view.path: view for view in every}


PAGES = (
    Page("now", "/", EVERYBODY, ("now",)),
    Page("requests", "/requests", EVERYBODY, ("requests", "requests/persons")),
    Page("usage", "/usage", EVERYBODY, ("usage",)),
    Page("reports", "/reports", EVERYBODY, ("reports",)),
    Page("policy", "/policy", READERS, ("policy", "calendar", "explain")),
    Page("lists", "/lists", READERS, ("lists", "domains", "domains/find", "lists/preview", "lists/lines")),
    Page("log", "/log", READERS, ("log",)),
    Page("audit", "/audit", READERS, ("audit",)),
    Page("history", "/history", READERS, ("history", "history/version")),
    Page("operations", "/operations", READERS, ("operations",)),
    Page("system", "/system", READERS, ("system", "fleet")),
    Page("setup", "/setup", ADMINS, ("setup",)),
    Page("account", "/account", EVERYBODY, ()),
)
