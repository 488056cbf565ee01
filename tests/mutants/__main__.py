"""`python -m tests.mutants`: put one fault after the other into the wiring of settings, and see that a test notices.

A copy of the package is changed, never the package. What survives is named, and the exit code is 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutants.mutants import mutants
from tests.support.processes import REPOSITORY

# The first that fails has noticed; the quickest is asked first.
TESTS = (
    "tests/serve/test_worker_settings.py",
    "tests/serve/test_settings_reach_workers.py",
    "tests/serve/test_worker.py",
    "tests/builder/test_process.py",
)
SECONDS = 300.0  # for one mutant


def main() -> int:
    survivors = []
    with tempfile.TemporaryDirectory(prefix="sm-dns-mutants-") as name:
        copy = Path(name)
        for folder in ("sm_dns", "tests", "zones", "config"):
            shutil.copytree(REPOSITORY / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(REPOSITORY / "pyproject.toml", copy)
        if not _passes(copy):
            print("the tests fail without any mutant")
            return 2
        for mutant in mutants(REPOSITORY / "sm_dns"):
            place = copy / "sm_dns" / mutant.file
            original = place.read_text(encoding="utf-8")
            place.write_text(mutant.text, encoding="utf-8")
            survives = _passes(copy)
            place.write_text(original, encoding="utf-8")
            print(f"{'SURVIVES' if survives else 'noticed':9} {mutant.name}", flush=True)
            if survives:
                survivors.append(mutant.name)
    print(f"{len(survivors)} survive")
    return 1 if survivors else 0


def _passes(copy: Path) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *TESTS]
    environment = {**os.environ, "SM_DNS_PURE_PYTHON": "1", "PYTHONPATH": str(copy)}
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
