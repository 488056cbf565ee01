"""The store of the configuration, opened for a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sm_dns.admin.store_deeds import finish
from sm_dns.builder.monitoring import monitoring_plan
from sm_dns.monitor.store.store import Store
from sm_dns.monitor.store.url import is_postgres
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """The store, closed at the end; what an interrupted command left undone is done first.

    Raises `BadInput` where the service has made none yet, and `StoreError`.
    """
    place = monitoring_plan(settings).store
    if not is_postgres(place) and not is_there(Path(place)):
        raise BadInput("there is no store yet: the service makes it when it first counts", file=place)
    store = Store(place, create=False)
    try:
        finish(settings.state_dir, store)
        yield store
    finally:
        store.close()
