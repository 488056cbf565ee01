"""The one error of the store."""

from __future__ import annotations


class StoreError(OSError):
    """The store cannot be used now, or at all; the message says why. Resolving never waits for it.

    damaged: the file itself is broken, or no store.
    """

    damaged = False
