"""What the portal is told beside the policy, as plain values of its own file in a generation."""

from __future__ import annotations

from pathlib import Path

from sm_dns.admin.policy_document import services
from sm_dns.generation.requests import RequestPlan
from sm_dns.i18n.text import Text
from sm_dns.portal.settings import PortalSettings, RequestForm
from sm_dns.settings.settings import Settings

ACKNOWLEDGED_FILE = "acknowledged.jsonl"
_PORTS = {"http": 80, "https": 443}


def portal_details(settings: Settings, *, has_https: bool) -> PortalSettings:
    """All of it, also where no page is served any more: what listens does so until the next start.

    `has_https`: whether its certificate can be used.
    """
    portal, notice, kept = settings.portal, settings.notice, settings.monitoring.retention
    certificate, key = certificate_and_key(settings) if has_https else (None, None)
    return PortalSettings(
        agency=Text(notice.agency.ms or notice.agency.en or "", notice.agency.en or notice.agency.ms or ""),
        profile=notice.own_profile,
        data_officer=notice.data_officer or "",
        contact=notice.contact or "",
        reference=notice.reference or "",
        services={one.id: one.name for one in services(settings)} if portal.is_on else {},
        name=portal.name or "",
        link=_link(settings, has_https=has_https),
        monitored=settings.monitoring.enabled,
        raw_days=kept.raw_days,
        aggregate_months=kept.aggregate_months,
        acknowledged=str(settings.state_dir / ACKNOWLEDGED_FILE) if portal.acknowledgements else None,
        requests=request_form(settings),
        certificate=None if certificate is None else str(certificate),
        key=None if key is None else str(key),
    )


def request_form(settings: Settings) -> RequestForm | None:
    """What staff may say who ask for a closed site; None where they cannot."""
    if not settings.requests.enabled:
        return None
    departments = tuple(each.name for each in settings.monitoring.departments)
    return RequestForm(departments, settings.requests.longest)


def request_plan(settings: Settings) -> RequestPlan | None:
    """What the control process knows of the same."""
    form, given = request_form(settings), settings.requests
    if form is None:
        return None
    return RequestPlan(form.departments, form.longest, given.keep, mails=bool(given.mail))


def certificate_and_key(settings: Settings) -> tuple[Path | None, Path | None]:
    """The portal's own, else those of the encrypted listeners; none where nothing is served over HTTPS."""
    if not settings.portal.https:
        return None, None
    own = settings.portal if settings.portal.certificate is not None else settings.tls
    return own.certificate, own.key


def _link(settings: Settings, *, has_https: bool) -> str:
    """Where the notice can always be read; "" where only a name would do and none is given."""
    portal = settings.portal
    if portal.name is None:
        return ""
    scheme, places = ("https", portal.https) if has_https else ("http", portal.listen)
    if not places:
        return ""
    port = places[0].port
    return f"{scheme}://{portal.name}{'' if port == _PORTS[scheme] else f':{port}'}/"
