"""`python -m tests.fuzz.coverage TARGET [libFuzzer options]`: the same invariants, steered by coverage (atheris)."""

from __future__ import annotations

import sys
import tempfile
from importlib import import_module
from pathlib import Path
from random import Random

import atheris

MODULES = {
    "scan": "scanning",
    "walk": "walking",
    "forwarded": "forwarded",
    "lists": "listing",
    "leases": "leasing",
    "knowing": "knowing",
    "config": "configuring",
}
SAMPLES = 100  # sound examples to start from


def main() -> None:
    """Search until told to stop; what breaks an invariant is written to a file by libFuzzer."""
    if len(sys.argv) < 2 or sys.argv[1] not in MODULES:
        sys.exit(f"usage: python -m tests.fuzz.coverage {'|'.join(MODULES)} [libFuzzer options]")
    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=["sm_dns"]):
        target = import_module(f"tests.fuzz.{MODULES[name]}").TARGET
    random = Random(0)
    with tempfile.TemporaryDirectory(prefix="sm-dns-corpus-") as corpus:
        for number in range(SAMPLES):
            (Path(corpus) / str(number)).write_bytes(target.make(random))
        atheris.Setup([*sys.argv, corpus], lambda data: target.check(data))
        atheris.Fuzz()  # ends the process by itself


if __name__ == "__main__":
    main()
