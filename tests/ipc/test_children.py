from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from sm_dns.ipc import children
from sm_dns.util.errors import BadInput
from tests.conftest import require, require_root
from tests.support.processes import eventually, is_alive
from tests.support.site import Site


def test_a_generation_is_compiled_by_a_child(site: Site) -> None:
    directory = asyncio.run(children.compile_generation(site.config, 0.0))
    assert directory == site.state / "generations" / "00000001"


def test_a_mistake_comes_back_with_file_and_line(site: Site) -> None:
    site.config.write_text("listen: 5\n")
    with pytest.raises(BadInput, match=f"^{site.config}:1: "):
        asyncio.run(children.compile_generation(site.config, 0.0))


def _play(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str) -> None:
    """Let the compiler be a module of our own."""
    (tmp_path / "played.py").write_text(body)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


@dataclass(frozen=True)
class Played:
    niceness: int


def _run(seconds: float = 20.0) -> Played:
    return asyncio.run(children._child(Played, "played", seconds, "argument"))


def _error(seconds: float = 20.0) -> str:
    with pytest.raises(BadInput) as caught:
        _run(seconds)
    return str(caught.value)


def test_a_child_that_dies_is_told_by_its_last_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _play(monkeypatch, tmp_path, "print('half a')\nraise MemoryError('of all')\n")
    assert _error() == "played ended with code 1: MemoryError: of all"


def test_a_silent_child_that_ends_badly_is_told_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _play(monkeypatch, tmp_path, "import os\nos.kill(os.getpid(), 15)\n")
    assert _error() == "played ended with code -15: no output"


def test_a_child_that_the_kernel_kills_likely_had_no_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _play(monkeypatch, tmp_path, "import os\nos.kill(os.getpid(), 9)\n")
    told = "killed, likely for want of memory: it needs up to 250 MiB for a million names"
    assert _error() == f"played ended with code -9: {told}"


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    body = f"import os, time\nopen({str(note)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)\n"
    _play(monkeypatch, tmp_path, body)
    began = time.monotonic()
    assert _error(1.0) == "played took longer than 1 s"
    assert time.monotonic() - began < 50
    eventually(lambda: not is_alive(int(note.read_text())), "the child is gone")


def test_a_child_yields_to_the_workers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    body = (
        f"import os, time\nwhile os.nice(0) < {children.YIELDING}: time.sleep(0.01)\n"
        "print('{\"niceness\": %d}' % os.nice(0))\n"
    )
    _play(monkeypatch, tmp_path, body)
    assert _run() == Played(max(children.YIELDING, os.nice(0)))


def test_a_child_of_a_nicer_service_stays_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only root may lower a niceness, and whoever runs `make run` may have been given any."""
    require_root()
    require("setpriv")
    _play(monkeypatch, tmp_path, "import os\nprint('{\"niceness\": %d}' % os.nice(0))\n")
    code = (
        "import asyncio, os\nfrom sm_dns.ipc import children\nos.nice(9)\n"
        "from tests.ipc.test_children import Played\n"
        "print(asyncio.run(children._child(Played, 'played', 20.0)).niceness)\n"
    )
    as_anybody = ["setpriv", "--inh-caps=-sys_nice", "--bounding-set=-sys_nice", sys.executable, "-c", code]
    done = subprocess.run(as_anybody, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == f"{min(19, os.nice(0) + 9)}\n", done.stderr


def test_a_list_is_refreshed_by_the_command(site: Site) -> None:
    with pytest.raises(BadInput, match="nosuch"):
        asyncio.run(children.refresh_list(site.config, "nosuch"))
