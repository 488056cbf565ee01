"""An exemption in one line, as commands say it."""

from __future__ import annotations

from sm_dns.admin.exemption_changes import zone_of
from sm_dns.cli.terminal import printable
from sm_dns.i18n.catalogue import ENGLISH
from sm_dns.i18n.hours import recurring
from sm_dns.policy.exemptions import Exemption
from sm_dns.policy.recurring_hours import RecurringHours
from sm_dns.settings.settings import Settings
from sm_dns.util import walltime


def exemption_text(settings: Settings, one: Exemption) -> str:
    """Who may reach what, in which hours and until when, who approved it and why."""
    who = " in ".join(part for part in (one.who, one.group and f"group {one.group}", one.network) if part)
    what = " as ".join(part for part in (one.service, one.category) if part)
    end = walltime.iso_local(one.expires, zone_of(settings, one.group))
    hours = "" if one.hours is None else f"{hours_text(one.hours)}, "
    why = printable(f"{one.approver}: {one.reason}")
    return f"{one.id}: {who} may reach {what} {hours}until {end}; approved by {why}"


def hours_text(hours: RecurringHours) -> str:
    """Such as "Monday to Friday 09:00-11:00"."""
    return recurring(ENGLISH, hours.days, hours.start, hours.end)


def standing_text(settings: Settings, one: Exemption, now: float) -> str:
    """Of one that has hours, whether it is in force at `now`, and when that changes."""
    in_force, until = one.standing(now)
    if until is None:
        return "  not in force again"
    at = walltime.iso_local(until, zone_of(settings, one.group))
    return f"  in force now, until {at}" if in_force else f"  not in force now, but from {at}"
