"""An exemption in one line, as commands say it."""

from __future__ import annotations

from sm_dns.admin.exemption_changes import zone_of
from sm_dns.policy.exemptions import Exemption
from sm_dns.settings.settings import Settings
from sm_dns.util import walltime


def exemption_text(settings: Settings, one: Exemption) -> str:
    """Who may reach what until when, who approved it and why."""
    who = " in ".join(part for part in (one.who, one.group and f"group {one.group}", one.network) if part)
    what = " as ".join(part for part in (one.service, one.category) if part)
    end = walltime.iso_local(one.expires, zone_of(settings, one.group))
    return f"{one.id}: {who} may reach {what} until {end}; approved by {one.approver}: {one.reason}"
