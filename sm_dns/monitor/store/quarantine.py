"""A damaged store is set aside under a name that says so, never deleted: what is in it may still be read (T19)."""

from __future__ import annotations

from codecs import getincrementaldecoder
from contextlib import suppress
from pathlib import Path

from sm_dns.monitor.store.error import StoreError

MAX_DAMAGED = 8  # kept beside the store; more would fill the disk when it is the disk that damages
SIDES = ("-wal", "-shm")
_SNIFFED = 4096  # octets


def set_aside(store: Path) -> Path:
    """Rename a damaged store with its side files; its new path. Nobody here may have it open.

    Raises `StoreError` for a file that never was a store but a text, which somebody named by mistake, and where too
    many lie there already.
    """
    if _is_text(store):
        raise StoreError("{store}: the file is a text and no store; it is left as it is", store=store)
    if len(damaged(store)) >= MAX_DAMAGED:
        raise StoreError(
            "{store}: damaged, like {count} before it: is the disk failing?",
            store=store,
            count=MAX_DAMAGED,
        )
    number = 1
    while (old := _named(store, number)).exists():
        number += 1
    store.replace(old)
    # Afterwards: a report that opens the store in between would else make new ones here, and they would stay.
    for side in SIDES:
        with suppress(FileNotFoundError):
            Path(f"{store}{side}").replace(f"{old}{side}")
    return old


def damaged(store: Path) -> list[Path]:
    """The damaged stores that were set aside."""
    return sorted(
        path for path in store.parent.glob(f"{store.name}.damaged*") if not path.name.endswith(SIDES)
    )


def _is_text(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(_SNIFFED)
    try:
        return "\0" not in getincrementaldecoder("utf-8")().decode(head)  # the last letter may be cut
    except UnicodeDecodeError:
        return False


def _named(store: Path, number: int) -> Path:
    return store.with_name(f"{store.name}.damaged" + (f"-{number}" if number > 1 else ""))
