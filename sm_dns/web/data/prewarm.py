"""What the first visitor of a new process would wait for, done before anybody comes: in a thread, behind `ready`."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sm_dns.util.errors import BadInput
from sm_dns.web.auth.roles import Refused
from sm_dns.web.interface.request_fields import read
from sm_dns.web.pages.pages import Pages
from sm_dns.web.site import Site
from sm_dns.web.views.usage_selection import FIELDS, anything, fixed

log = logging.getLogger(__name__)


def warm(site: Site, pages: Pages) -> None:
    """Compile the pages, read the files, and have the figures of the usual days computed.

    A step that cannot be done is left to the page that needs it: that one says why.
    """
    backend = site.backend
    for step in (pages.compile, backend.policy, backend.audited, lambda: _figures(site), backend.rows):
        _try(step)


def _figures(site: Site) -> None:
    """Begun, not waited for: that thread is another."""
    for usual in (anything, fixed):
        site.figures.get(usual(site.backend, read(FIELDS, {})), wait=0.0)


def _try(step: Callable[[], object]) -> None:
    try:
        step()
    except (BadInput, Refused) as error:
        log.info("not made ready before somebody comes: %s", error)
