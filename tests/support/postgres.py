"""A real PostgreSQL server on a loopback port, in a directory of its own, for as long as a test needs it."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.conftest import lacking

PATIENCE = 60.0  # seconds a server may take to answer on a busy machine


@dataclass(frozen=True)
class Server:
    """A running server that trusts everybody on its port."""

    port: int

    def new_database(self) -> str:
        """The address of an empty database."""
        name = f"t{secrets.token_hex(6)}"
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self._url(name)

    def _url(self, database: str) -> str:
        return f"postgresql://sm_dns@127.0.0.1:{self.port}/{database}"


def programs() -> Path:
    """The folder of `initdb` and `postgres`; skips the test without one, or fails where all is required."""
    found = [Path(shutil.which("initdb") or "/nonexistent").parent]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return lacking("postgresql")


@contextmanager
def running() -> Iterator[Server]:
    """Start a server, and stop it at the end."""
    folder = programs()
    with tempfile.TemporaryDirectory(prefix="sm-dns-pg-", ignore_cleanup_errors=True) as home:
        data = Path(home) / "data"
        _give_away(Path(home))
        _run(
            [
                str(folder / "initdb"),
                "-D",
                str(data),
                "-U",
                "sm_dns",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
            ]
        )
        port = _free_port()
        command = [str(folder / "postgres"), "-D", str(data), "-p", str(port), "-k", home, "-F"]
        command += ["-c", "listen_addresses=127.0.0.1"]
        with (Path(home) / "log").open("wb") as log:
            process = subprocess.Popen([*_as_somebody(), *command], stdout=log, stderr=log)
        try:
            _wait(process, port, Path(home) / "log")
            yield Server(port)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _run(command: list[str]) -> None:
    done = subprocess.run([*_as_somebody(), *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _as_somebody() -> list[str]:
    """The server refuses to run as root."""
    if os.geteuid():
        return []
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--pdeathsig=KILL"]


def _give_away(home: Path) -> None:
    if not os.geteuid():
        shutil.chown(home, "nobody", "nogroup")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, log.read_text(errors="replace")
        try:
            psycopg.connect(f"postgresql://sm_dns@127.0.0.1:{port}/postgres", connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            assert time.monotonic() < end, log.read_text(errors="replace")
            time.sleep(0.1)
