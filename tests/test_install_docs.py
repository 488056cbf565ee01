"""The steps of docs/install.md, where the umask of who installs lets nobody else read."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import require

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("docs/install.md",)
COPIES = re.compile(r"^ {4}(?:sudo )?((?:install|cp|mkdir) .*?)(?: && |  +#|$)", re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_the_steps_copy_can_be_read_by_the_service(document: str, tmp_path: Path) -> None:
    require("install")
    text = (ROOT / document).read_text(encoding="utf-8")
    steps = [step for step in COPIES.findall(text) if "/etc/" in step]
    assert any("sm-dns.yaml" in step for step in steps) and any("calendar" in step for step in steps)
    (tmp_path / "etc").mkdir(mode=0o755)
    for made in ("sm-dns", "systemd/system"):  # by systemd-tmpfiles and by systemd
        (tmp_path / "etc" / made).mkdir(parents=True, mode=0o755)
    for step in steps:
        there = step.replace(" /etc/", f" {tmp_path}/etc/")
        subprocess.run(["sh", "-c", f"umask 077; {there}"], cwd=ROOT, check=True, timeout=60)
    found = [path for path in (tmp_path / "etc").rglob("*") if path.name not in ("systemd", "system")]
    assert any(path.name == "sm-dns.yaml" for path in found) and any(path.suffix == ".cal" for path in found)
    for path in found:
        wanted = 0o755 if path.is_dir() else 0o644
        assert path.stat().st_mode & 0o777 == wanted, path


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_program_is_installed_under_a_umask_of_022(document: str) -> None:
    """`pip` and `venv` know no mode: they take the umask of the shell, to which sudo only adds."""
    text = (ROOT / document).read_text(encoding="utf-8")
    assert text.index("umask 022") < text.index("-m venv /opt/sm-dns")
