"""What is made of files, kept until they change. Who asks while it is made waits for it, and for nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """One such value, for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: tuple[Any, T] | None = None

    def get(self, mark: Any, make: Callable[[], T]) -> T:
        """The value that belongs to a mark: the one that is kept, or one made now. Raises what `make` raises."""
        with self._lock:
            if self._made is None or self._made[0] != mark:
                # The one before is let go of by itself: another thread may be reading it.
                self._made = (mark, make())
            return self._made[1]
