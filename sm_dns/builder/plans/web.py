"""The plan that a configuration makes for the dashboard, checked before its process gets it."""

from __future__ import annotations

import importlib.util
import ipaddress

from sm_dns.generation.web import NO_WEB, WebPlan
from sm_dns.serve.clients.tls import server_context
from sm_dns.settings.endpoint import Endpoint
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message

LIBRARIES = ("starlette", "jinja2", "uvicorn", "argon2", "segno")
HTTP = "http/1.1"


def web_plan(settings: Settings) -> WebPlan:
    """Where the dashboard answers, and by which certificate.

    Raises `BadInput` where the libraries are missing, a certificate cannot be used, or an address that others can
    reach has none: passwords do not go over the network in the clear.
    """
    given = settings.web
    if not given.listen:
        return NO_WEB
    if any(importlib.util.find_spec(name) is None for name in LIBRARIES):
        raise settings.bad(
            "web.listen: needs the extra web: pip install '.[web]' in the source", "web", "listen"
        )
    own = given.certificate is not None and given.key is not None
    tls = given if own else settings.tls
    certificate, key = tls.certificate, tls.key
    plain = [] if own else [one for one in given.listen if _is_loopback(one)]
    encrypted = [one for one in given.listen if one not in plain]
    if encrypted:
        if certificate is None or key is None:
            reason = Message(
                "web.listen: {encrypted} is not loopback: it needs a certificate, its own or that of tls",
                encrypted=encrypted[0],
            )
            raise settings.bad(reason, "web", "listen")
        try:
            server_context(certificate, key, HTTP)
        except BadInput as error:
            raise settings.bad("web.certificate: {reason}", "web", reason=error) from error
    return WebPlan(
        plain=tuple((one.address, one.port) for one in plain),
        encrypted=tuple((one.address, one.port) for one in encrypted),
        certificate=str(certificate) if encrypted else None,
        key=str(key) if encrypted else None,
        hosts=tuple(given.hosts),
        metrics=tuple(given.metrics),
        language=given.language,
        words=settings.notice.own_profile.words,
        session_idle=given.session_idle,
        session_longest=given.session_longest,
    )


def _is_loopback(endpoint: Endpoint) -> bool:
    return ipaddress.ip_address(endpoint.address).is_loopback
