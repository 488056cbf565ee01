"""Makes what the package holds, in Debian's own Python and the standard library alone; `debian/rules` calls it.

`environment.py ROOT` fills ROOT with `/opt/sm-dns`, an environment whose Python is the system's, `/etc/sm-dns`, the
manual pages, the completion of three shells, and what is inside, with its licences.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import Distribution, distributions
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
EXTRAS = "backup,doh,fleet,pdf,postgres,web"
HOME = "opt/sm-dns"
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
LIBRARIES = f"{HOME}/lib/{PYTHON}/site-packages"
START = f"""#!/{HOME}/bin/python3
import sys

from sm_dns.cli.main import main

sys.exit(main())
"""
# As `python3 -m venv /opt/sm-dns` writes it.
CONFIGURATION = """home = /usr/bin
include-system-site-packages = false
version = {version}
executable = /usr/bin/{python}
"""
SHELLS = {
    "bash": "usr/share/bash-completion/completions/sm-dns",
    "zsh": "usr/share/zsh/vendor-completions/_sm-dns",
    "fish": "usr/share/fish/vendor_completions.d/sm-dns.fish",
}
# What the configuration of a server has otherwise than that of a checkout.
AS_SERVER = (
    ('listen: ["127.0.0.1:5335", "[::1]:5335"]', 'listen: ["127.0.0.1:53", "[::1]:53"]'),
    ("state_dir: ../var", ""),
)


def main(root: Path) -> None:
    """Fill a folder that is the root of the package."""
    with tempfile.TemporaryDirectory(prefix="sm-dns-environment-") as folder:
        tools = Path(folder, "tools")
        run("/usr/bin/python3", "-m", "venv", str(tools))
        run(str(tools / "bin" / "pip"), "install", "--quiet", "cyclonedx-bom>=7,<8")
        install(tools, Path(folder, "wheels"), root)
        describe(tools, root)
    configure(root)
    write_pages(root)


def install(tools: Path, wheels: Path, root: Path) -> None:
    """The environment, with the program, compiled, and all that it needs."""
    pip = str(tools / "bin" / "pip")
    run(pip, "wheel", "--quiet", "--wheel-dir", str(wheels), f"{SOURCE}[{EXTRAS}]")
    if not list(wheels.glob(f"sm_dns-*-cp{PYTHON[6:].replace('.', '')}-*.whl")):
        sys.exit("nothing was compiled, and a package without is not wanted; the reason stands above")
    libraries = root / LIBRARIES
    run(
        *(pip, "install", "--quiet", "--no-index", "--find-links", str(wheels), "--no-compile"),
        *("--target", str(libraries), f"sm-dns[{EXTRAS}]"),
    )
    shutil.rmtree(libraries / "bin", ignore_errors=True)
    for record in libraries.glob("*.dist-info/RECORD"):  # names the programs by where they lay for a moment
        rows = record.read_text("utf-8").splitlines(keepends=True)
        record.write_text("".join(row for row in rows if not row.startswith("../")), encoding="utf-8")
    compiled = libraries / "sm_dns_built"
    run("strip", "--strip-unneeded", *map(str, sorted(compiled.rglob("*.so"))))
    (compiled / "build.log").unlink(missing_ok=True)  # temporary folders stand in it
    programs = root / HOME / "bin"
    programs.mkdir(parents=True)
    for name in ("python3", PYTHON):
        (programs / name).symlink_to(f"/usr/bin/{PYTHON}" if name == PYTHON else PYTHON)
    write(programs / "sm-dns", START, 0o755)
    version = ".".join(map(str, sys.version_info[:3]))
    write(root / HOME / "pyvenv.cfg", CONFIGURATION.format(version=version, python=PYTHON))
    link = root / "usr" / "bin" / "sm-dns"
    link.parent.mkdir(parents=True)
    link.symlink_to(f"/{HOME}/bin/sm-dns")


def describe(tools: Path, root: Path) -> None:
    """What is inside, for machines (CycloneDX) and for people, with the licence of each part."""
    libraries, papers = root / LIBRARIES, root / "usr" / "share" / "doc" / "sm-dns"
    papers.mkdir(parents=True)
    bill = papers / "sbom.cdx.json"
    run(
        *(str(tools / "bin" / "cyclonedx-py"), "environment", "--output-reproducible", "--short-PURLs"),
        *(
            "--pyproject",
            str(SOURCE / "pyproject.toml"),
            "-o",
            str(bill),
            str(root / HOME / "bin" / "python3"),
        ),
    )
    parts = sorted(distributions(path=[str(libraries)]), key=lambda one: one.name.casefold())
    rows = [f"{one.name} {one.version}: {licence(one)}" for one in parts]
    head = f"What /{HOME} holds, each with its licence. The texts lie beside each part, in *.dist-info.\n\n"
    write(papers / "licences.txt", head + "\n".join(rows) + "\n")


def licence(part: Distribution) -> str:
    """What a part says of its own licence. Ends the build where it says nothing."""
    told = part.metadata.json
    classifiers = [str(one) for one in told.get("classifier", [])]
    named = [one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License ::")]
    short = str(told.get("license", "")).partition("\n")[0]
    found = str(told.get("license_expression", "")) or ", ".join(named) or short
    if not found:
        sys.exit(f"{part.name} names no licence: nobody may hand it on")
    return found


def configure(root: Path) -> None:
    """`/etc/sm-dns`: it answers this server alone until an administrator says more."""
    place = root / "etc" / "sm-dns"
    shutil.copytree(SOURCE / "config" / "calendar", place / "calendar")
    text = (SOURCE / "config" / "sm-dns.yaml").read_text("utf-8")
    for old, new in AS_SERVER:
        if text.count(old) != 1:
            sys.exit(f"config/sm-dns.yaml has changed: {old!r} is looked for")
        text = text.replace(old, new)
    write(place / "sm-dns.yaml", re.sub(r"\n{3,}", "\n\n", text))


def write_pages(root: Path) -> None:
    """The manual pages and the completion, as the program itself writes them."""
    environment = {**os.environ, "PYTHONPATH": str(root / LIBRARIES), "PYTHONDONTWRITEBYTECODE": "1"}
    pages = root / "usr" / "share" / "man" / "man1"
    program = ("/usr/bin/python3", "-m")
    subprocess.run([*program, "sm_dns.cli.man_pages", str(pages)], env=environment, check=True, cwd="/")
    for shell, place in SHELLS.items():
        command = [*program, "sm_dns.cli.main", "completion", shell]
        done = subprocess.run(command, env=environment, check=True, cwd="/", capture_output=True, text=True)
        write(root / place, done.stdout)


def write(path: Path, text: str, mode: int = 0o644) -> None:
    """A file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def run(*command: str) -> None:
    """A command that must go well."""
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
