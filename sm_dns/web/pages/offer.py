"""What an authenticator is shown to take up: a secret as a picture, as a link, and to be typed."""

from __future__ import annotations

from typing import NamedTuple

import segno
from markupsafe import Markup

from sm_dns.web.auth import totp
from sm_dns.web.auth.sessions import Session

ISSUER = "sm-dns"
_PIXELS = 4  # a module of the picture
_QUIET = 4  # modules of white around it (ISO/IEC 18004)
_GROUP = 4


class Offer(NamedTuple):
    """A secret in base32, the same in groups to be typed, its address, and that as a picture (SVG)."""

    secret: str
    typed: str
    uri: str
    picture: Markup


def offered(session: Session) -> Offer:
    """What a session is offered, the same until it is used: a code typed wrongly costs no second look."""
    session.offered = session.offered or totp.new_secret()
    secret = session.offered
    uri = totp.uri(secret, session.user, ISSUER)
    picture = segno.make_qr(uri, error="m").svg_inline(
        scale=_PIXELS, border=_QUIET, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=False
    )
    groups = [secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP)]
    return Offer(secret, " ".join(groups), uri, Markup(picture))  # noqa: S704 (numbers that segno wrote)
