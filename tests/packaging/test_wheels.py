"""Wheels: installed without a network and without a compiler, and they say what they are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import require_compiler
from tests.support.processes import REPOSITORY

BUILD = REPOSITORY / "packaging" / "wheels" / "build.py"
BUILD_SECONDS = 1_200
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
pytestmark = pytest.mark.timeout(1_800)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with those of this Python and of every Python, and all that they depend on."""
    require_compiler()
    folder = tmp_path_factory.mktemp("wheels")
    run([sys.executable, str(BUILD), "--python", VERSION, "--output", str(folder)])
    (pure,) = folder.glob("*-none-any.whl")
    run([sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(folder), str(pure)])
    return folder


def run(command: list[str], **environment: str) -> str:
    """What a command prints, which must go well."""
    surroundings = {**os.environ, **environment}
    done = subprocess.run(
        command, env=surroundings, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    return done.stdout


def installed(wheel: Path, place: Path) -> str:
    """What `sm-dns --version` says in an environment that holds this wheel, made without network and compiler."""
    run([sys.executable, "-m", "venv", str(place)])
    barren = {"PATH": str(place / "bin"), "CC": "/nonexistent/cc", "PIP_CONFIG_FILE": "/dev/null"}
    command = [
        str(place / "bin" / "pip"),
        "install",
        "--quiet",
        "--no-index",
        "--find-links",
        str(wheel.parent),
    ]
    run([*command, str(wheel)], **barren)
    return run([str(place / "bin" / "sm-dns"), "--version"], SM_DNS_PURE_PYTHON="", PYTHONPATH="")


def test_the_compiled_wheel_is_native_and_says_on_which_systems_it_runs(wheels: Path, tmp_path: Path) -> None:
    (wheel,) = wheels.glob(f"sm_dns-*-cp{VERSION.replace('.', '')}-*.whl")
    assert "manylinux_2_" in wheel.name
    assert f"native, Python {VERSION}" in installed(wheel, tmp_path / "venv")


def test_the_wheel_for_every_python_is_pure_and_says_why(wheels: Path, tmp_path: Path) -> None:
    (wheel,) = wheels.glob("sm_dns-*-py3-none-any.whl")
    told = installed(wheel, tmp_path / "venv")
    assert "native" not in told
    assert f"pure Python, Python {VERSION}" in told
