from __future__ import annotations

import pytest

from tests.bench.https_load import parse
from tests.bench.service import BenchError

OUTPUT = """\
finished in 1.50s, 13333.33 req/s, 1.98MB/s
requests: 20000 total, 20000 started, 20000 done, {good} succeeded, 0 failed, 0 errored, 0 timeout
status codes: {good} 2xx, 0 3xx, {bad} 4xx, 0 5xx
"""


def test_h2load_s_figures_are_read() -> None:
    load = parse(OUTPUT.format(good=19_990, bad=0))
    assert (load.completed, load.lost, load.seconds) == (19_990, 10, 1.5)
    assert parse(OUTPUT.replace("1.50s", "750.25ms").format(good=20_000, bad=0)).seconds == 0.75025


@pytest.mark.parametrize("output", ["", OUTPUT.format(good=0, bad=0), OUTPUT.format(good=19_999, bad=1)])
def test_other_answers_are_no_figures(output: str) -> None:
    with pytest.raises(BenchError):
        parse(output)
