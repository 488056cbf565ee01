"""Every view, page and action there is: the one place where a role is given the right to something."""

from __future__ import annotations

from sm_dns.monitor.model import Selection
from sm_dns.web.actions import calendar_actions, logon_actions, people_actions, policy_actions
from sm_dns.web.auth.roles import ADMINS, EVERYBODY, PUSHERS, READERS
from sm_dns.web.data.figure_cache import FigureCache
from sm_dns.web.data.usage import Figures
from sm_dns.web.interface.endpoint import Action, Page, View
from sm_dns.web.interface.request_fields import Field
from sm_dns.web.views import calendar, explain, lists, now, policy, records, system, usage

PAGE_WAIT_SECONDS = 0.05
API_WAIT_SECONDS = 20.0
WHY = (policy_actions.WHY,)


def views(figures: FigureCache[Selection, Figures], wait: float) -> dict[str, View]:
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
            usage.FIELDS,
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
        View("system", "workers, versions, findings, the store, users, tokens", READERS, system.system),
    )
    return {view.path: view for view in every}


PAGES = (
    Page("now", "/", EVERYBODY, ("now",)),
    Page("usage", "/usage", EVERYBODY, ("usage",)),
    Page("policy", "/policy", READERS, ("policy", "calendar", "explain")),
    Page("lists", "/lists", READERS, ("lists", "domains", "domains/find", "lists/preview", "lists/lines")),
    Page("log", "/log", READERS, ("log",)),
    Page("audit", "/audit", READERS, ("audit",)),
    Page("system", "/system", READERS, ("system",)),
    Page("account", "/account", EVERYBODY, ()),
)


def _every() -> tuple[Action, ...]:
    policy, calendars, people = policy_actions, calendar_actions, people_actions
    return (
        Action(
            "domains-add",
            "POST",
            "domains",
            "put names into a category",
            ADMINS,
            policy.add_domains,
            policy.DOMAIN_FIELDS,
        ),
        Action(
            "domains-remove",
            "DELETE",
            "domains",
            "take names off the site's own list",
            ADMINS,
            policy.remove_domains,
            policy.UNLIST_FIELDS,
        ),
        Action(
            "exemption-grant",
            "POST",
            "exemptions",
            "grant an exemption",
            ADMINS,
            policy.grant,
            policy.EXEMPTION_FIELDS,
        ),
        Action(
            "exemption-revoke",
            "DELETE",
            "exemptions/{id}",
            "end an exemption now",
            ADMINS,
            policy.revoke,
            policy.REVOKE_FIELDS,
        ),
        Action(
            "calendar-propose",
            "POST",
            "calendar/propose",
            "propose the holidays of a year",
            ADMINS,
            calendars.propose,
            calendars.PROPOSE_FIELDS,
        ),
        Action(
            "calendar-import",
            "POST",
            "calendar/import",
            "propose the holidays of an official table",
            ADMINS,
            calendars.import_table,
            calendars.IMPORT_FIELDS,
        ),
        Action(
            "calendar-accept",
            "POST",
            "calendar/accept",
            "make the proposed holidays of a year rule",
            ADMINS,
            calendars.accept,
            calendars.ACCEPT_FIELDS,
        ),
        Action(
            "calendar-add",
            "POST",
            "calendar/days",
            "add a day to the accepted calendar",
            ADMINS,
            calendars.add_day,
            calendars.ADD_FIELDS,
        ),
        Action(
            "calendar-remove",
            "DELETE",
            "calendar/days/{date}",
            "take back what the accepted calendar says of a day",
            ADMINS,
            calendars.remove_day,
            calendars.DAY_FIELDS,
        ),
        Action(
            "calendar-settle",
            "POST",
            "calendar/settle",
            "say on which of its days a conditional holiday is",
            ADMINS,
            calendars.settle,
            calendars.DAY_FIELDS,
        ),
        Action(
            "calendar-keep",
            "POST",
            "calendar/keep",
            "say that the accepted calendar is right about a day, whatever the library says",
            ADMINS,
            calendars.keep,
            calendars.DAY_FIELDS,
        ),
        Action(
            "calendar-period-add",
            "POST",
            "calendar/periods",
            "give dates other hours, such as those of Ramadan",
            ADMINS,
            calendars.add_period,
            calendars.PERIOD_FIELDS,
        ),
        Action(
            "calendar-period-remove",
            "DELETE",
            "calendar/periods/{date}",
            "take away the period that a date lies in",
            ADMINS,
            calendars.remove_period,
            calendars.DAY_FIELDS,
        ),
        Action(
            "list-refresh",
            "POST",
            "lists/{name}/refresh",
            "fetch a list by URL now",
            ADMINS,
            policy.refresh_list,
            policy.REFRESH_FIELDS,
        ),
        Action("reload", "POST", "reload", "read the files again", ADMINS, policy.reload, WHY),
        Action(
            "cache-flush",
            "POST",
            "cache/flush",
            "forget what is cached of a domain",
            ADMINS,
            policy.flush,
            policy.FLUSH_FIELDS,
        ),
        Action(
            "logon-push",
            "POST",
            "logons",
            "tell who logged on at a device",
            PUSHERS,
            logon_actions.push_logon,
            logon_actions.LOGON_FIELDS,
        ),
        Action(
            "user-add",
            "POST",
            "users",
            "let a person in",
            ADMINS,
            people.add_user,
            people.ADD_USER_FIELDS,
        ),
        Action(
            "user-change",
            "PUT",
            "users/{name}",
            "change a person's role, department or password",
            ADMINS,
            people.change_user,
            people.CHANGE_USER_FIELDS,
        ),
        Action(
            "user-remove",
            "DELETE",
            "users/{name}",
            "shut a person out",
            ADMINS,
            people.remove_user,
            people.REMOVE_USER_FIELDS,
        ),
        Action(
            "token-add",
            "POST",
            "tokens",
            "make a token for a program; it is told once",
            ADMINS,
            people.add_token,
            people.ADD_TOKEN_FIELDS,
        ),
        Action(
            "token-revoke",
            "DELETE",
            "tokens/{id}",
            "make a token worthless",
            ADMINS,
            people.revoke_token,
            people.REVOKE_TOKEN_FIELDS,
        ),
        Action(
            "password-change",
            "PUT",
            "me/password",
            "change one's own password",
            EVERYBODY,
            people.change_password,
            people.PASSWORD_FIELDS,
        ),
        Action(
            "totp-on",
            "PUT",
            "me/totp",
            "ask for a code at each login",
            EVERYBODY,
            people.use_totp,
            people.TOTP_FIELDS,
        ),
        Action(
            "totp-off",
            "DELETE",
            "me/totp",
            "ask for no code any more",
            EVERYBODY,
            people.drop_totp,
            people.NO_TOTP_FIELDS,
        ),
    )


ACTIONS = {action.name: action for action in _every()}
