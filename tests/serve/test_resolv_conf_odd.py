"""What stands in the place of resolv.conf and is no file of text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sm_dns.serve.resolv_conf import MAX_OCTETS, nameservers


@pytest.mark.timeout(20)
def test_a_pipe_or_a_device_is_passed_over(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    endless = tmp_path / "endless"
    endless.symlink_to("/dev/zero")
    good = tmp_path / "good"
    good.write_text("nameserver 192.0.2.1\n")
    assert nameservers((pipe, endless, tmp_path, good)) == ("192.0.2.1",)


def test_of_a_file_without_bound_the_head_is_read(tmp_path: Path) -> None:
    long = tmp_path / "long"
    long.write_text("nameserver 192.0.2.1\n" + "#" * MAX_OCTETS + "\nnameserver 192.0.2.2\n")
    assert nameservers((long,)) == ("192.0.2.1",)
