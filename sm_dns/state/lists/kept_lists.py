"""The last good content of the site's own lists: one that vanishes stays in force until somebody says it is meant.

An editor that replaces a file takes it away for a moment, and a share that is not mounted has none: neither must open
what the site denies.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from sm_dns.util.files import write_atomically

FOLDER = "site-lists"  # in the state directory
_KINDS = ("*.txt", "local.zone")


def site_files(zones_dir: Path, state_dir: Path) -> tuple[list[Path], list[Path]]:
    """Each file of the site in the order of names, or its kept content where it has vanished; and those kept ones."""
    there, kept = _files(zones_dir), _files(state_dir / FOLDER)
    files = kept | there
    return [files[name] for name in sorted(files)], [
        kept[name] for name in sorted(kept.keys() - there.keys())
    ]


def keep(zones_dir: Path, state_dir: Path) -> None:
    """Keep what the files hold now, which was found good. Raises `OSError`."""
    folder = state_dir / FOLDER
    for name, path in _files(zones_dir).items():
        kept = folder / name
        content = path.read_bytes()
        if not kept.is_file() or kept.read_bytes() != content:
            folder.mkdir(exist_ok=True)
            write_atomically(kept, [content])


def accept_removed(state_dir: Path) -> None:
    """Keep nothing of what has vanished: the next compilation keeps what is there then."""
    shutil.rmtree(state_dir / FOLDER, ignore_errors=True)


def _files(folder: Path) -> dict[str, Path]:
    try:
        return {path.name: path for kind in _KINDS for path in folder.glob(kind) if path.is_file()}
    except OSError:
        return {}
