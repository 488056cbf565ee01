"""What was recorded: the live log, the audit, and the state of the service's parts."""

from __future__ import annotations

from typing import Any

import sm_dns
from sm_dns.ipc.client import Refused
from sm_dns.ipc.requests import TellLog
from sm_dns.ipc.status_json import status_json
from sm_dns.util.typed_json import to_json
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values

MAX_SHOWN = 200
LOG_LINES = 150

LOG_FIELDS = (
    Field("after", "number", "only lines with a greater number"),
    Field("outcome", summary="only this decision", choices=("permitted", "denied", "would_deny", "exempt")),
    Field("service", summary="only this service"),
)
AUDIT_FIELDS = (
    Field("last", "number", f"how many records, {MAX_SHOWN} at most; 50 without it"),
    Field("action", summary="only actions that start so"),
)


def log(backend: Backend, person: Person, values: Values) -> dict[str, Any]:
    """What the workers counted lately. That somebody looked is audited (AUD-1)."""
    backend.looks.note(person, "log", _chosen(values, "outcome", "service"))
    try:
        told = backend.answer(TellLog(values["after"] or 0)).lines
    except Refused:
        return {"monitoring": False, "lines": []}
    lines = [
        line
        for line in told
        if values["outcome"] in ("", line.outcome) and values["service"] in ("", line.service)
    ]
    return {"monitoring": True, "lines": to_json(lines[-LOG_LINES:])}


def _chosen(values: Values, *names: str) -> dict[str, Any]:
    """The fields that say which part is looked at, where they say something."""
    return {name: values[name] for name in names if values[name]}


def records(backend: Backend, person: Person, values: Values) -> dict[str, Any]:
    """The latest records of the audit, newest first, and whether its chain is whole. Looking is audited (AUD-1)."""
    backend.looks.note(person, "audit", _chosen(values, "action", "last"))
    verdict, last = backend.audited()
    count = min(values["last"] or 50, MAX_SHOWN)
    found = [each for each in last if each["action"].startswith(values["action"])][-count:]
    return {
        "ok": verdict.ok,
        "problem": verdict.problem,
        "line": verdict.line,
        "records": verdict.records,
        "last_hash": verdict.last_hash,
        "shown": [
            {key: each[key] for key in ("seq", "at", "who", "action", "target", "why", "detail")}
            for each in reversed(found)
        ],
    }


def system(backend: Backend, person: Person, values: Values) -> dict[str, Any]:
    """Workers, versions, findings, the store, and who may come in. No password, secret or token is in it."""
    status = status_json(backend.status.get())
    book = backend.accounts.book()
    kept = (
        "pid",
        "config",
        "at",
        "rehearsal",
        "uptime_seconds",
        "listening",
        "generation",
        "version",
        "names",
        "last_error",
        "findings",
        "alarms",
        "workers",
        "monitoring",
        "web",
    )
    return {
        "program": sm_dns.__version__,
        **{key: status[key] for key in kept},
        "users": [
            {
                "name": user.name,
                "role": user.role,
                "department": user.department,
                "totp": bool(user.totp),
            }
            for user in book.users
        ],
        "tokens": [
            {
                "id": token.id,
                "label": token.label,
                "role": token.role,
                "department": token.department,
                "created": token.created,
                "expires": token.expires,
            }
            for token in book.tokens
        ],
    }
