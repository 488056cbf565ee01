"""What each view and each action answers, as schemas of the interface's document; a test compares real answers."""

from __future__ import annotations

from sm_dns.policy.calendar import DayClass
from sm_dns.web.auth.accounts import ROLES
from sm_dns.web.interface.json_schema import (
    DATE,
    FLAG,
    NUMBER,
    TEXT,
    UTC,
    WHOLE,
    Shape,
    either,
    many,
    open_record,
    perhaps,
    record,
    with_fields,
    words,
)

_LOCAL: Shape = {"type": "string", "description": "a local date and time, in the zone of the schedule"}
_DECIMAL: Shape = {"type": "string", "description": "a decimal number as it was rounded"}
_STATE = words("permitted", "denied")
_MODE = words("enforce", "monitor", "off")
_ACTION = words("allow", "deny", "schedule", "permit")
_ROLE = words(*ROLES)
_OUTCOMES = dict.fromkeys(("permitted", "denied", "would_deny", "exempt"), WHOLE)

_SCHEDULE_STATE = record(
    schedule=TEXT,
    state=_STATE,
    in_force=FLAG,
    reason_code=TEXT,
    reason=TEXT,
    at=_LOCAL,
    next_transition=perhaps(_LOCAL),
    seconds_to_transition=perhaps(WHOLE),
)
_DAY = record(
    {"class": words(*(each.value for each in DayClass))},
    date=DATE,
    weekday=WHOLE,
    holiday=TEXT,
    stretches=many(record(start=WHOLE, end=WHOLE, open=FLAG)),
)
_FINDINGS = many(record(level=words("error", "warning", "note"), text=TEXT))
_ALARMS = many(record(at=UTC, text=TEXT))
_SERVICE = record(
    uptime_seconds=WHOLE,
    rehearsal=FLAG,
    workers=WHOLE,
    workers_up=WHOLE,
    queries=WHOLE,
    rates=many(NUMBER),
    replayed_percent=perhaps(NUMBER),
    cache_entries=WHOLE,
    cache_bytes=WHOLE,
    under_way=WHOLE,
    limited=WHOLE,
    upstreams=many(
        open_record(
            address=TEXT,
            latency_ms=NUMBER,
            resting=FLAG,
            failures=WHOLE,
            state=words("resting", "answers", "unasked", "silent"),
        )
    ),
    last_flip=perhaps(open_record(at=UTC, schedule=TEXT, state=_STATE, lag_ms=WHOLE)),
    last_error=perhaps(TEXT),
    findings=_FINDINGS,
    alarms=_ALARMS,
)
_NOW = record(
    {"service": _SERVICE},
    schedules=many(_SCHEDULE_STATE),
    shown=TEXT,
    timezone=TEXT,
    date=DATE,
    minute=WHOLE,
    week=many(_DAY),
    holidays=many(record(date=DATE, name=TEXT)),
)

_CELL = record(count=perhaps(WHOLE), mark=words("", "small", "protect"))
_DATED = with_fields(_CELL, date=DATE)
_DEPARTMENT = with_fields(_CELL, department=TEXT, base=perhaps(WHOLE), percent=perhaps(_DECIMAL))
_OWN_DEPARTMENT = with_fields(
    _DEPARTMENT, per_day=many(_DATED), per_hour=many(with_fields(_CELL, hour=WHOLE))
)
_ASKED = record(
    first=DATE,
    last=DATE,
    start_hour=WHOLE,
    end_hour=WHOLE,
    service=TEXT,
    days=words("all", "working"),
    timezone=TEXT,
    pending=FLAG,
)
_WHOLE_USAGE = with_fields(
    _ASKED,
    total=record(count=WHOLE, base=perhaps(WHOLE), percent=perhaps(_DECIMAL)),
    mean_per_working_day=perhaps(_DECIMAL),
    unmapped=WHOLE,
    queries=WHOLE,
    small_cell=WHOLE,
    per_day=many(with_fields(_DATED, working=FLAG)),
    per_hour=many(with_fields(_CELL, hour=WHOLE, unmapped=WHOLE)),
    heat=many(record(date=DATE, hours=many(_CELL))),
    coverage=record(
        hours=perhaps(_DECIMAL),
        watched_hours=perhaps(_DECIMAL),
        watched_percent=perhaps(_DECIMAL),
        mapped_percent=perhaps(_DECIMAL),
        gaps=WHOLE,
        lost=WHOLE,
        keys_changed=FLAG,
    ),
    departments=many(_DEPARTMENT),
    services=many(record(category=TEXT, service=TEXT, **_OUTCOMES)),
)
_OWN_USAGE = with_fields(
    _ASKED,
    small_cell=WHOLE,
    departments=many(_OWN_DEPARTMENT),
    coverage=record(watched_percent=perhaps(_DECIMAL), gaps=WHOLE),
)

_STORED_EXEMPTION = record(
    id=TEXT,
    group=perhaps(TEXT),
    network=perhaps(TEXT),
    category=perhaps(TEXT),
    service=perhaps(TEXT),
    approver=TEXT,
    reason=TEXT,
    starts=WHOLE,
    expires=WHOLE,
)
_EXEMPTION = record(
    **{**_STORED_EXEMPTION["properties"], "starts": _LOCAL, "expires": _LOCAL}, seconds_left=WHOLE
)
_WEEKDAY = record(weekday=WHOLE, name=TEXT, rest=many(TEXT), after_start=TEXT, after_hours=FLAG, weekend=FLAG)
_SCHEDULE = record(
    name=TEXT,
    timezone=TEXT,
    work_start=TEXT,
    days=many(_WEEKDAY),
    weekend_class=words(*(each.value for each in DayClass)),
    holiday_class=words(*(each.value for each in DayClass)),
    effective_from=perhaps(_LOCAL),
)
_POLICY = record(
    schedules=many(_SCHEDULE),
    groups=many(record(name=TEXT, networks=many(TEXT), mode=_MODE, schedule=TEXT)),
    categories=many(record(name=TEXT, action=_ACTION, answer=perhaps(TEXT))),
    exemptions=many(_EXEMPTION),
)
_CALENDAR_LINE = record(
    kind=words("holiday", "extra", "removed", "workday", "half-day"),
    date=DATE,
    weekday=WHOLE,
    time=perhaps(TEXT),
    text=TEXT,
    removed=FLAG,
)
_CALENDAR = record(
    {"proposed_beside": FLAG, "accepted_by": perhaps(TEXT), "accepted_at": perhaps(UTC)},
    calendars=many(TEXT),
    calendar=TEXT,
    year=WHOLE,
    state=words("accepted", "proposed", "none"),
    lines=many(_CALENDAR_LINE),
)
_EXPLAINED = record(
    name=TEXT,
    type=TEXT,
    client=TEXT,
    group=perhaps(TEXT),
    mode=perhaps(_MODE),
    at=_LOCAL,
    decision=words("forward", "permit", "deny"),
    category=perhaps(TEXT),
    service=perhaps(TEXT),
    list=perhaps(TEXT),
    listed=perhaps(TEXT),
    line=perhaps(WHOLE),
    stage=TEXT,
    target=perhaps(TEXT),
    rcode=perhaps(TEXT),
    answers=many(TEXT),
    reason_code=TEXT,
    reason=TEXT,
    next_transition=perhaps(_LOCAL),
    seconds_to_transition=perhaps(WHOLE),
    ttl_cap=perhaps(WHOLE),
    ede=many(WHOLE),
    ede_text=TEXT,
    would_deny=FLAG,
)

_REMOTE = record(
    name=TEXT,
    category=TEXT,
    url=TEXT,
    fetched=perhaps(UTC),
    checked=perhaps(UTC),
    names=WHOLE,
    problems=WHOLE,
)
_LISTS = record(
    categories=many(record(name=TEXT, action=_ACTION, names=WHOLE)),
    services=many(record(service=TEXT, name=TEXT, category=TEXT, names=WHOLE)),
    remote=many(_REMOTE),
)
_FOUND = record(category=TEXT, service=TEXT, list=TEXT, line=WHOLE, listed=TEXT, exact=FLAG)

_LOG_LINE = record(
    number=WHOLE,
    at=WHOLE,
    who=TEXT,
    kind=words("person", "device", "address"),
    service=TEXT,
    category=TEXT,
    outcome=words(*_OUTCOMES),
    queries=WHOLE,
)
_RECORD = record(seq=WHOLE, at=UTC, who=TEXT, action=TEXT, target=TEXT, why=TEXT, detail={"type": "object"})
_AUDIT = record(
    ok=FLAG,
    problem=perhaps(TEXT),
    line=perhaps(WHOLE),
    records=WHOLE,
    last_hash=TEXT,
    shown=many(_RECORD),
)
_USER = record(name=TEXT, role=_ROLE, department=TEXT, totp=FLAG)
_TOKEN = record(id=TEXT, label=TEXT, role=_ROLE, department=TEXT, created=WHOLE, expires=perhaps(WHOLE))
_SYSTEM = record(
    program=TEXT,
    pid=WHOLE,
    config=TEXT,
    at=UTC,
    rehearsal=FLAG,
    uptime_seconds=WHOLE,
    listening=many(TEXT),
    generation=WHOLE,
    version=TEXT,
    names=WHOLE,
    last_error=perhaps(TEXT),
    findings=_FINDINGS,
    alarms=_ALARMS,
    workers=many(open_record(number=WHOLE, pid=perhaps(WHOLE), restarts=WHOLE)),
    monitoring=perhaps(open_record(store=TEXT, waiting=WHOLE, lost=WHOLE)),
    web=perhaps(record(pid=perhaps(WHOLE), restarts=WHOLE, listening=many(TEXT), problem=TEXT)),
    users=many(_USER),
    tokens=many(_TOKEN),
)

VIEWS: dict[str, Shape] = {
    "now": _NOW,
    "usage": either(_ASKED, _WHOLE_USAGE, _OWN_USAGE),
    "policy": _POLICY,
    "calendar": _CALENDAR,
    "explain": _EXPLAINED,
    "lists": _LISTS,
    "domains": record(domains=many(record(name=TEXT, category=TEXT, exact=FLAG)), total=WHOLE),
    "domains/find": record(name=TEXT, found=many(_FOUND)),
    "log": record(monitoring=FLAG, lines=many(_LOG_LINE)),
    "audit": _AUDIT,
    "system": _SYSTEM,
}

_ONE_CALENDAR = record(calendar=TEXT, year=WHOLE, accepted=FLAG, lines=many(TEXT))
_NAMED = record(name=TEXT)
_PERSON = record(name=TEXT, role=_ROLE, department=TEXT)

ACTIONS: dict[str, Shape] = {
    "domains-add": record(names=many(record(name=TEXT, added=FLAG))),
    "domains-remove": record(removed=many(TEXT)),
    "exemption-grant": _EXEMPTION,
    "exemption-revoke": _STORED_EXEMPTION,
    "calendar-propose": _ONE_CALENDAR,
    "calendar-accept": _ONE_CALENDAR,
    "calendar-add": _ONE_CALENDAR,
    "calendar-remove": _ONE_CALENDAR,
    "list-refresh": open_record(name=TEXT, status=words("updated", "unchanged"), reason=TEXT),
    "reload": record(version=TEXT),
    "cache-flush": record(answers=WHOLE),
    "user-add": _PERSON,
    "user-change": _PERSON,
    "user-remove": _NAMED,
    "token-add": record(id=TEXT, token=TEXT, expires=perhaps(WHOLE)),
    "token-revoke": record(id=TEXT, label=TEXT),
    "password-change": _NAMED,
    "totp-on": _NAMED,
    "totp-off": _NAMED,
}
