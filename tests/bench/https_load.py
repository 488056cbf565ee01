"""Load over HTTPS from h2load, on a core of its own."""

from __future__ import annotations

import base64
import re
import subprocess
from pathlib import Path

from tests.bench import questions
from tests.bench.load import SPARE_SECONDS, Load
from tests.bench.service import HOST, BenchError

CONNECTIONS = 10
STREAMS = 10  # of each connection, under way at once
NAMES = 100
REQUESTS = 20_000  # in a round

_FINISHED = re.compile(r"finished in ([\d.]+)(ms|s),")
_STATUS = re.compile(r"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx")


def flood(port: int, path: str, directory: Path, core: int) -> Load:
    """`REQUESTS` by GET (RFC 8484 §4.1) for some names again and again, as fast as the server takes them."""
    file = directory / f"https-{port}"
    addresses = (
        f"https://{HOST}:{port}{path}?dns={_text(message)}" for message in questions.cached()[:NAMES]
    )
    file.write_text("\n".join(addresses) + "\n")
    # fmt: off
    command = [
        "taskset", "-c", str(core), "h2load", "-t", "1", "-c", str(CONNECTIONS), "-m", str(STREAMS),
        "-n", str(REQUESTS), "-H", "accept: application/dns-message", "-i", str(file),
    ]
    # fmt: on
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=3 * SPARE_SECONDS)
    except subprocess.TimeoutExpired:
        raise BenchError("h2load is still not done") from None
    if run.returncode:
        raise BenchError(f"h2load failed: {run.stderr or run.stdout}")
    return parse(run.stdout)


def parse(output: str) -> Load:
    """Read h2load's statistics. Raises `BenchError` when there are none, or other answers than 200."""
    finished, status = _FINISHED.search(output), _STATUS.search(output)
    if not (finished and status and int(status[1])):
        raise BenchError(f"no answers:\n{output}")
    if any(int(status[group]) for group in (2, 3, 4)):
        raise BenchError(f"answers other than 200: {status[0]}")
    seconds = float(finished[1]) / (1_000 if finished[2] == "ms" else 1)
    answered = int(status[1])
    return Load(answered, REQUESTS - answered, seconds)


def _text(message: bytes) -> str:
    return base64.urlsafe_b64encode(message).rstrip(b"=").decode("ascii")
