"""The one error of the store."""

from __future__ import annotations

from sm_dns.util.errors import Spoken


class StoreError(Spoken, OSError):
    """The store cannot be used now, or at all; the message says why. Resolving never waits for it.

    damaged: the file itself is broken, or no store.
    """

    damaged = False
