from __future__ import annotations

import subprocess
import sys

from sm_dns.monitor.tally import Batch, Count, Label


def test_equal_labels_are_one_key() -> None:
    label = Label("facebook", "social", "denied", True, "")
    assert label == Label("facebook", "social", "denied", True, "")
    assert len({label, Label("facebook", "social", "denied", False, "")}) == 2
    batch = Batch(0.0, 60.0, (Count(0, "10.0.0.1", label, 3),), 0)
    assert batch.counts[0].label.service == "facebook"


def test_it_is_light_enough_for_workers() -> None:
    check = (
        "import sys, sm_dns.monitor.tally; sys.exit(bool({'sqlite3', 'csv', 'pydantic'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
