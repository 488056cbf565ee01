"""A machine with a systemd of its own, on which sm-dns was just installed as docs/install.md says."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import MISSING, require_root
from tests.support.machine import ENVIRONMENT, PYTHON, Machine, NoMachine, machine
from tests.support.processes import REPOSITORY


@contextmanager
def installed_machine(
    directory: Path, configuration: Callable[[Path], None] = lambda _: None
) -> Iterator[Machine]:
    """One for the length of a block; `configuration` may change its `/etc/sm-dns` before it boots. Skips the test
    where there can be none."""
    require_root()
    layer = directory / "layer"
    install(layer)
    configuration(layer / "etc" / "sm-dns")
    try:
        with machine(directory, layer) as made:
            made.well("systemd-sysusers", "sm-dns.conf")
            made.well("systemd-tmpfiles", "--create", "sm-dns.conf")
            made.well("systemctl", "daemon-reload")
            tried = made.run("runuser", "-u", "sm-dns", "--", "/opt/sm-dns/bin/sm-dns", "--version")
            if tried.returncode:
                raise NoMachine(f"this Python does not run elsewhere: {tried.stderr}")
            yield made
    except NoMachine as why:
        pytest.skip(f"{MISSING}a systemd of its own ({why})")


def install(layer: Path) -> None:
    """Lay the files out as docs/install.md does, with the program of this checkout."""
    program = layer / "opt" / "sm-dns" / "bin" / "sm-dns"
    program.parent.mkdir(parents=True)
    program.write_text(
        "#!/bin/sh\n"
        + "".join(f"export {name}={value}\n" for name, value in ENVIRONMENT.items())
        + f'exec {PYTHON} -B -m sm_dns.cli.main "$@"\n'
    )
    program.chmod(0o755)
    for folder, kind in (("sysusers.d", "sysusers"), ("tmpfiles.d", "tmpfiles")):
        (layer / "etc" / folder).mkdir(parents=True)
        shutil.copy(REPOSITORY / "systemd" / f"sm-dns.{kind}", layer / "etc" / folder / "sm-dns.conf")
    units = layer / "etc" / "systemd" / "system"
    units.mkdir(parents=True)
    shutil.copy(REPOSITORY / "systemd" / "sm-dns.service", units)
    config = layer / "etc" / "sm-dns"
    shutil.copytree(REPOSITORY / "config", config)
    text = (config / "sm-dns.yaml").read_text()
    for old, new in (
        ('listen: ["127.0.0.1:5335", "[::1]:5335"]', 'listen: ["127.0.0.1:53", "[::1]:53"]'),
        ("upstreams: [system]", 'upstreams: ["127.0.0.9"]'),
        ("state_dir: ../var", ""),
        ("  listen: []  ", '  listen: ["127.0.0.1:8053"]'),
    ):
        assert old in text
        text = text.replace(old, new)
    (config / "sm-dns.yaml").write_text(text)
