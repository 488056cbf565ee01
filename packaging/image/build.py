#!/usr/bin/env python3
"""Builds `sm-dns_VERSION_ARCH.image.tar`, which `docker load` and `podman load` read, without asking any registry.

`packaging/image/build.py [--deb FILE] [--output FOLDER]` is `make image`. What is inside: the package of this system
(`make deb`), and of the system what its Python needs, taken from the same Debian by apt. There is no shell in it and
no package manager. buildah puts it together.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEB = ROOT / "packaging" / "deb" / "build.py"
TOOLS = {
    "buildah": "buildah",
    "setcap": "libcap2-bin",
    "apt-get": "apt",
    "dpkg-deb": "dpkg",
    "strip": "binutils",
}
WANTED = ("python3", "ca-certificates", "libgcc-s1", "base-files")
# What they need to be installed and configured, or for modules of Python that sm-dns does not import.
LEFT_OUT = (
    *(
        "debconf",
        "dpkg",
        "mawk",
        "openssl",
        "tar",
        "readline-common",
        "media-types",
        "libpcre2-8-0",
        "libselinux1",
    ),
    *(
        "libacl1",
        "libmd0",
        "libdb5.3",
        "libtirpc-common",
        "libtirpc3",
        "libnsl2",
        "libreadline8",
        "libncursesw6",
    ),
    *(
        "libtinfo6",
        "libkrb5-3",
        "libkrb5support0",
        "libk5crypto3",
        "libgssapi-krb5-2",
        "libkeyutils1",
        "libcom-err2",
    ),
)
NOT_NEEDED = (
    *("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/lintian", "usr/share/bash-completion"),
    *("usr/share/zsh", "usr/share/fish", "usr/share/info", "usr/share/pixmaps", "usr/share/applications"),
    *(
        "usr/lib/python3*/ensurepip",
        "usr/lib/python3*/pydoc_data",
        "usr/lib/python3*/lib2to3",
        "usr/lib/*/gconv",
    ),
    *(
        "usr/lib/python3*/idlelib",
        "usr/lib/python3*/test",
        "usr/share/ca-certificates",
        "usr/lib/python3*/config-*",
    ),
    *("etc/apparmor.d", "usr/lib/systemd", "lib/systemd", "usr/lib/sysusers.d", "usr/lib/tmpfiles.d"),
)
# What a compiler or a type checker reads, and a form of pictures that no report has.
FILES_NOT_NEEDED = ("*.pyi", "*.pxd", "*.pyx", "*.c", "*.h", "_avif.*.so", "libavif-*")
LATER = "/(fontTools|PIL|fpdf|holidays)/"  # not by what runs all day, but by a report in PDF or a calendar
USER = 53_053  # nobody's on most systems, and no number of a person
SEEN = 'listen: ["127.0.0.1:53", "[::1]:53"]', 'listen: ["0.0.0.0:53", "[::]:53"]'
HEALTHY = """#!/opt/sm-dns/bin/python3
# Whether this container should go on: it answers, though perhaps without something, which `sm-dns status` tells.
import subprocess
import sys

sys.exit(subprocess.run(["/usr/bin/sm-dns", "status"], stdout=subprocess.DEVNULL).returncode not in (0, 3))
"""
SETTINGS = {
    "user": f"{USER}:{USER}",
    "entrypoint": '["/usr/bin/sm-dns"]',
    "cmd": '["serve", "--config", "/etc/sm-dns/sm-dns.yaml"]',
    "workingdir": "/var/lib/sm-dns",
    "env": "PYTHONDONTWRITEBYTECODE=1",
    "healthcheck": "CMD /opt/sm-dns/bin/healthy",
    "healthcheck-interval": "30s",
    "healthcheck-timeout": "10s",
    "healthcheck-start-period": "150s",
    "stop-signal": "SIGTERM",
}
VOLUMES = ("/var/lib/sm-dns", "/etc/sm-dns")
PORTS = ("53/udp", "53/tcp", "80/tcp")


def main() -> None:
    """Build it and name the file."""
    parser = argparse.ArgumentParser(description="Build the container image of sm-dns.")
    parser.add_argument("--deb", type=Path, help="the package (default: it is built)")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="where it is put (default: dist)")
    wanted = parser.parse_args()
    lacking = sorted(package for tool, package in TOOLS.items() if not shutil.which(tool, path=path()))
    if lacking:
        sys.exit(f"to build the image, first: sudo apt-get install {' '.join(lacking)}")
    if os.geteuid():
        sys.exit("the image is built as root: its files belong to others than you")
    with tempfile.TemporaryDirectory(prefix="sm-dns-image-") as folder:
        package = wanted.deb or packed(Path(folder))
        system = Path(folder, "system")
        system.mkdir(mode=0o755)
        fill(system, package, Path(folder))
        wanted.output.mkdir(parents=True, exist_ok=True)
        file = wanted.output / package.name.replace(".deb", ".image.tar")
        pack(system, file, Path(folder))
    print(file)


def packed(folder: Path) -> Path:
    """The package of this system, made anew."""
    run(sys.executable, str(DEB), "--output", str(folder))
    (made,) = folder.glob("*.deb")
    return made


def fill(system: Path, package: Path, folder: Path) -> None:
    """Lay out the whole of the image below a folder."""
    for deb in sorted(fetched(folder)):
        run("dpkg-deb", "-x", str(deb), str(system))
    run("dpkg-deb", "-x", str(package), str(system))
    certificates = sorted((system / "usr/share/ca-certificates/mozilla").glob("*.crt"))
    write(
        system / "etc/ssl/certs/ca-certificates.crt",
        "".join(each.read_text("utf-8") for each in certificates),
    )
    for name in NOT_NEEDED:
        for place in system.glob(name):
            shutil.rmtree(place)
    for name in FILES_NOT_NEEDED:
        for file in (system / "opt").rglob(name):
            file.unlink()
    write(system / "etc/passwd", f"root:x:0:0::/:/\nsm-dns:x:{USER}:{USER}::/var/lib/sm-dns:/\n")
    write(system / "etc/group", f"root:x:0:\nsm-dns:x:{USER}:\n")
    write(system / "etc/timezone", "Etc/UTC\n")
    write(system / "etc/nsswitch.conf", "hosts: files dns\n")
    write(system / "opt/sm-dns/bin/healthy", HEALTHY, 0o755)
    configuration = system / "etc/sm-dns/sm-dns.yaml"
    text = configuration.read_text("utf-8")
    if text.count(SEEN[0]) != 1:
        sys.exit(f"the configuration of the package has changed: {SEEN[0]!r} is looked for")
    write(configuration, text.replace(*SEEN))
    state = system / "var/lib/sm-dns"
    state.mkdir(parents=True, exist_ok=True)
    for own in (state, system / "etc/sm-dns", *(system / "etc/sm-dns").rglob("*")):
        os.chown(own, USER, USER)
    (system / "tmp").mkdir(exist_ok=True)
    (system / "tmp").chmod(0o1777)
    strip(system)
    compile_all(system)
    # Who runs it is not root, and this is all that it takes for port 53.
    (interpreter,) = (system / "usr/bin").glob("python3.[0-9]*")
    run("setcap", "cap_net_bind_service=+ep", str(interpreter))


def fetched(folder: Path) -> list[Path]:
    """The packages of the system with all that they need, by this machine's apt, for a system that has nothing."""
    for name in ("state", "cache/archives/partial"):
        (folder / "apt" / name).mkdir(parents=True)
    nothing = folder / "apt" / "status"
    nothing.touch()
    options = {
        "Dir::State::status": nothing,
        "Dir::Cache::archives": folder / "apt/cache/archives",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "root",
    }
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    run("apt-get", "-qq", "-y", "--download-only", *words, "install", *WANTED)
    found = (folder / "apt/cache/archives").glob("*.deb")
    return [each for each in found if each.name.partition("_")[0] not in LEFT_OUT]


def strip(system: Path) -> None:
    """Take out of compiled modules what only a debugger reads; the libraries that wheels bring stay as they are."""
    modules = [each for each in (system / "opt").rglob("*.so") if ".libs" not in str(each)]
    run("strip", "--strip-unneeded", *map(str, modules))


def compile_all(system: Path) -> None:
    """What Python would compile at each start, for nothing is written in a container that is read-only."""
    for place in sorted((system / "opt/sm-dns/lib").glob("python3.*")):
        words = (
            "-q",
            "-x",
            LATER,
            "-j",
            "0",
            "--invalidation-mode",
            "unchecked-hash",
            "-s",
            str(system),
            "-p",
            "/",
        )
        run("/usr/bin/python3", "-m", "compileall", *words, str(place))
        run("/usr/bin/python3", "-m", "compileall", *words, str(system / "usr/lib" / place.name))


def pack(system: Path, file: Path, folder: Path) -> None:
    """Write the image, as one layer."""
    seconds = git("log", "-1", "--format=%ct")
    settings = [word for name, value in SETTINGS.items() for word in (f"--{name}", value)]
    settings += [word for each in VOLUMES for word in ("--volume", each)]
    settings += [word for each in PORTS for word in ("--port", each)]
    made = buildah(folder, "from", "scratch")
    inside = buildah(folder, "mount", made)
    run("cp", "-a", f"{system}/.", inside)  # with owners and capabilities
    buildah(folder, "umount", made)
    buildah(folder, "config", *settings, made)
    file.unlink(missing_ok=True)
    form = ("--format", "docker", "--timestamp", seconds)  # OCI's own form knows no health check
    buildah(folder, "commit", "-q", *form, made, f"docker-archive:{file}:sm-dns:latest")


def buildah(folder: Path, *words: str) -> str:
    """What buildah prints; what it keeps is in the folder."""
    places = (
        "--root",
        str(folder / "images"),
        "--runroot",
        str(folder / "running"),
        "--storage-driver",
        "vfs",
    )
    done = subprocess.run(["buildah", *places, *words], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def write(place: Path, text: str, mode: int = 0o644) -> None:
    """A file with its folders."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    place.chmod(mode)


def git(*words: str) -> str:
    """What git says of this checkout."""
    done = subprocess.run(["git", "-C", str(ROOT), *words], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def path() -> str:
    """Where programs lie, those of administrators too."""
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def run(*command: str) -> None:
    """A command that must go well."""
    subprocess.run(command, check=True, env={**os.environ, "PATH": path()})


if __name__ == "__main__":
    main()
