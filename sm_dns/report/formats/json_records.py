"""What the control room has on record, as JSON (RPT-3)."""

from __future__ import annotations

from sm_dns.report.formats.json_values import Object, instant
from sm_dns.report.records import Records, ScheduleState, ScheduleVersion


def recorded(records: Records) -> Object:
    """Schedules, switches, flips and changes."""
    return {
        "schedules": [
            _schedule(version, each) for version in records.schedules for each in version.schedules or ()
        ],
        "schedule_versions": [_schedule_version(each) for each in records.schedules if each.version],
        "switches": [
            {
                "turn": each.turn,
                "what": each.what or None,
                "who": each.who or None,
                "from": instant(each.since),
                "to": instant(each.until),
                "by": each.by,
                "reason": each.reason,
            }
            for each in records.switches
        ],
        "flips": [
            {
                "at": instant(flip.at),
                "schedule": flip.schedule,
                "state": "permitted" if flip.permitted else "denied",
                "lag_ms": flip.lag_ms,
            }
            for flip in records.flips
        ],
        "resolver_flips": [
            {
                "at": instant(flip.at),
                "resolver": flip.resolver,
                "state": "permitted" if flip.permitted else "denied",
                "lag_ms": flip.lag_ms,
            }
            for flip in records.resolver_flips
        ],
        "changes": [
            {
                "at": instant(each.at),
                "who": each.who,
                "action": each.action,
                "target": each.target,
                "why": each.why,
            }
            for each in records.changes
        ],
        "audit": {"ok": records.audit_ok, "records": records.audit_records},
    }


def _schedule(version: ScheduleVersion, state: ScheduleState) -> Object:
    return {
        "schedule": state.name,
        "version": version.version or None,
        "effective_from": None if state.since is None else instant(state.since),
        "permitted": [
            {"date": str(day.day), "minutes": [list(span) for span in day.spans]} for day in state.week
        ],
    }


def _schedule_version(version: ScheduleVersion) -> Object:
    uses = [
        {
            "resolver": use.source,
            "from": instant(use.since),
            "to": None if use.until is None else instant(use.until),
        }
        for use in version.uses
    ]
    return {"version": version.version, "readable": version.schedules is not None, "uses": uses}


def exemption(name: str, records: Records) -> Object:
    """What is known of an exemption."""
    found = records.exemptions.get(name)
    if found is None:
        return {"approver": None, "reason": None, "expires": None, "hours": None}
    expires = None if found.expires is None else instant(found.expires)
    each = found.hours
    hours = None if each is None else {"days": each.days, "minutes": [each.start, each.end]}
    return {"approver": found.approver, "reason": found.reason, "expires": expires, "hours": hours}
