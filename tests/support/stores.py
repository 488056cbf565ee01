"""A look into a store, closed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.store import Store


@contextmanager
def reading(place: str | Path) -> Iterator[Database]:
    """The database of a store that is there, as it is at one instant."""
    with closing(Store(place, create=False)) as store, store.reading() as database:
        yield database
