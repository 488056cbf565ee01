"""What stands in the place of resolv.conf and is no file of text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sm_dns.serve.upstreams.resolv_conf import MAX_OCTETS, MAX_SERVERS, nameservers


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


def test_no_more_servers_than_there_are_sockets_for(tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.write_text("".join(f"nameserver 192.0.2.{at}\n" for at in range(30)))
    assert nameservers((many,)) == tuple(f"192.0.2.{at}" for at in range(MAX_SERVERS))
