"""What workers need for DoT and DoH, checked before they get it: certificate, key, the library for HTTP/2."""

from __future__ import annotations

import importlib.util

from sm_dns.dns import names
from sm_dns.serve.clients.tls import DOT, server_context
from sm_dns.serve.worker_settings import Encryption
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.util.fingerprint import fingerprint


def encryption(settings: Settings) -> Encryption | None:
    """The part `tls` of a worker's settings; None where nothing is encrypted.

    It holds paths, never a key, and what the files look like, so that another certificate is another generation.
    Raises `BadInput` where a file cannot be used or the library is missing.
    """
    tls = settings.tls
    if tls.certificate is None or tls.key is None:
        return None
    seen = sorted(fingerprint((tls.certificate, tls.key)))
    try:
        server_context(tls.certificate, tls.key, DOT)
    except BadInput as error:
        which = "key" if error.file == str(tls.key) else "certificate"
        raise settings.bad("tls.{which}: {reason}", "tls", which, which=which, reason=error) from error
    if tls.doh and importlib.util.find_spec("h2") is None:
        raise settings.bad("tls.doh: needs the extra doh: pip install '.[doh]' in the source", "tls", "doh")
    return Encryption(
        certificate=tls.certificate,
        key=tls.key,
        seen=tuple(seen),
        name=None if tls.name is None else names.from_text(tls.name),
        doh_path=tls.doh_path,
    )
