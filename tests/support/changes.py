"""Changes of files put in force without a record: what a test begins with."""

from __future__ import annotations

from sm_dns.state.intent import FileChange, Removed, Replaced
from sm_dns.util.files import atomic_write, make_directory


def unrecorded(made: object) -> None:
    """The record of a change that a test makes without one."""


def put(*changes: FileChange) -> None:
    """Make each change, in their order."""
    for change in changes:
        if isinstance(change, Replaced):
            make_directory(change.path.parent)
            atomic_write(change.path, change.data, mode=change.mode)
        elif isinstance(change, Removed):
            change.path.unlink(missing_ok=True)
