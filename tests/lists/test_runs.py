from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

import pytest

from sm_dns.lists import runs
from sm_dns.lists.runs import RUN_BITS, Runs


def hash_of(name: bytes) -> int:
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "little")


@pytest.mark.parametrize(
    "held", [1, 100, 1 << 30], ids=["all in the file", "some in the file", "all in memory"]
)
def test_rows_come_back_by_run_in_the_order_of_coming(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    monkeypatch.setattr(runs, "MAX_PACKED", held)
    rows = [b"%04d %04d|" % (number % 400, number) for number in range(1000)]
    sorted_out = Runs(tmp_path)
    for row in rows:
        sorted_out.add(hash_of(row[:4]), row)
    came = list(sorted_out)
    sorted_out.close()
    assert len(came) == 1 << RUN_BITS
    for number, run in enumerate(came):
        assert run == b"".join(row for row in rows if hash_of(row[:4]) >> 64 - RUN_BITS == number)
    assert list(tmp_path.iterdir()) == []
