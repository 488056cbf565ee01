"""Which form of the query path runs."""

from __future__ import annotations

import os
import subprocess
import sys

from sm_dns.native import PURE_PYTHON
from tests.conftest import require_compiled

_COMPILED = (
    "import sys, sm_dns.serve.worker\n"
    "print(*(name for name, module in sys.modules.items()"
    " if name.startswith('sm_dns.') and str(module.__file__).endswith('.so')))"
)


def compiled_modules(**environment: str) -> list[str]:
    """The modules of a worker that are not Python sources."""
    done = subprocess.run(
        [sys.executable, "-c", _COMPILED],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout.decode().split()


def test_sources_alone_run_where_they_are_wanted() -> None:
    assert compiled_modules(**{PURE_PYTHON: "1"}) == []


def test_every_question_passes_what_was_compiled() -> None:
    require_compiled()
    assert {"sm_dns.dns.scan", "sm_dns.resolve.pipeline", "sm_dns.serve.clients.packet_cache"} <= set(
        compiled_modules(**{PURE_PYTHON: ""})
    )
