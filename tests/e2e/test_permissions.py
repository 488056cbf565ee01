"""The table of docs/permissions.md: every command as root, as a member of the service's group and as anybody else."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from sm_dns.cli.main import cli
from sm_dns.reporting.archive import archive
from sm_dns.state import access_requests, person_requests
from sm_dns.state.dashboard_accounts import ADMIN, FILE, FOLDER, User
from sm_dns.web.auth.accounts import Accounts
from tests.conftest import lacking, require, require_root
from tests.support.changes import put
from tests.support.permissions import USERS, Row, table
from tests.support.processes import REPOSITORY
from tests.support.server import House
from tests.support.unbound import Unbound

SERVICE, STRANGER = 65_533, 65_534  # numbers of nobody in particular
TABLE = [row for row in table() if row.command]
SECONDS = 60
_DATES = ("--from", "2026-01-01", "--to", "2026-01-31")
_WHY = ("--reason", "a reason that is long enough")
# What a command is given, so that it comes to where rights matter.
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "cache flush": ("example.com",),
    "explain": ("example.com",),
    "trace": ("127.0.0.1", "--for", "1s", *_WHY),
    "domains add": ("NEW", "--category", "social"),
    "domains remove": ("listed.example", "--category", "social"),
    "domains find": ("example.com",),
    "feeds config": ("dnsmasq", "--resolver", "10.0.0.5"),
    "feeds check": ("127.0.0.1:9",),
    "groups show": ("office",),
    "services show": ("facebook",),
    "staff check": ("STAFF",),
    "lists show": ("ads",),
    "lists refresh": ("ads",),
    "lists preview": ("STAFF",),
    "calendar accept": ("2026", "--accept-estimates", "--yes"),
    "calendar add": ("2026-07-01", "x"),
    "calendar import": ("TABLE",),
    "calendar keep": ("2026-08-31",),
    "calendar period add": ("2026-03-01", "2026-03-02", "x", "after_start=17:00"),
    "calendar period list": ("2026",),
    "calendar period remove": ("2026-02-01",),
    "calendar propose": ("2027",),
    "calendar remove": ("2026-08-31",),
    "calendar settle": ("2026-12-26",),
    "calendar show": ("2026",),
    "exempt add": ("--group", "office", "--category", "social", "--for", "1h", "--approver", "x", *_WHY),
    "exempt revoke": ("00000000",),
    "nta add": ("broken.example", "--until", "24:00", *_WHY),
    "nta remove": ("broken.example", *_WHY),
    "services set": ("whatsapp", "deny", *_WHY),
    "services unset": ("telegram", *_WHY),
    "pause": ("10m", *_WHY),
    "open": ("social", "--for", "1m", *_WHY),
    "close": ("whatsapp", "--for", "1m", *_WHY),
    "resume": _WHY,
    "emergency open": ("1m", *_WHY),
    "emergency close": _WHY,
    "history show": ("1",),
    "accounts reset": ("officer1", *_WHY),
    "accounts password": ("officer1", *_WHY),
    "accounts token add": ("Grafana", "--role", "auditor", *_WHY),
    "accounts token revoke": ("00000000", *_WHY),
    "fleet join": (f"smdns-fleet://192.0.2.1:8530/{'0' * 64}/{'A' * 32}",),
    "fleet promote": _WHY,
    "fleet leave": _WHY,
    "fleet settle": _WHY,
    "requests approve": ("00000000", *_WHY),
    "requests decline": ("00000000", *_WHY),
    "requests take": ("{}",),
    "requests mail": ("00000000",),
    "report usage": _DATES,
    "report compliance": _DATES,
    "report coverage": _DATES,
    "report department": _DATES,
    "report run": ("monthly", "--month", "2026-01"),
    "report get": ("2026-0001", "--output", "/dev/null"),
    "report verify": ("STAFF",),
    "report person approve": ("00000000", *_WHY),
    "report person request": ("a1234", *_DATES, *_WHY),
    "report person show": ("00000000",),
    "backup": ("WHOLE", "--passphrase-file", "PASSPHRASE"),
    "restore": ("STAFF", "--passphrase-file", "PASSPHRASE"),
    "store backup": ("BACKUP",),
    "store hold add": ("--from", "2026-01-01T00:00", "--to", "2026-02-01T00:00", *_WHY),
    "store hold release": ("1", *_WHY),
    "store purge": ("--authority", "ANM 1/2026"),
    "store restore": ("STAFF", *_WHY),
    "store retire": ("branch", *_WHY),
    "setup": ("--answers", "STAFF"),
    "uninstall": ("--yes",),
    "completion": ("bash",),
}


def _python() -> str:
    """A Python that every user may run: ours, or else the system's of the same version, told of our packages."""
    ours = Path(sys.executable).resolve()
    if all(folder.stat().st_mode & 0o001 for folder in ours.parents):
        return sys.executable
    return f"/usr/bin/python3.{sys.version_info.minor}"


COMMAND = (_python(), "-m", "sm_dns.cli.main")
PATHS = {"PYTHONPATH": os.pathsep.join((str(REPOSITORY), *site.getsitepackages()))}
_STRANGER = ("setpriv", f"--reuid={STRANGER}", f"--regid={STRANGER}")
AS = {
    "root": (),
    "group": (*_STRANGER, f"--groups={SERVICE}"),
    "others": (*_STRANGER, "--clear-groups"),
}
LONG = {"serve", "top"}  # that do not end by themselves: how they begin is enough
CONFIG = """\
calendars: {kl: {country: MY, subdivision: KUL, schedules: [default]}}
reports: [{name: monthly, kind: usage, format: text, to: reports}]
audit: {push_head: {every: 1h, to: [syslog]}}
"""


def leaves(group: click.Group, way: tuple[str, ...] = ()) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from leaves(command, (*way, name))
        else:
            yield " ".join((*way, name))


def test_the_table_has_every_command_once_and_nothing_else() -> None:
    told = Counter(row.command for row in TABLE)
    assert set(told) == set(leaves(cli)) and set(told.values()) == {1}


class Installed(House):
    """A house as it is installed: its files are root's, its state the service's."""

    def __init__(self, directory: Path, upstream: str) -> None:
        super().__init__(directory, [upstream], COMMAND)
        directory.chmod(0o755)
        self.write(CONFIG)
        self.state.mkdir(mode=0o750)
        os.chown(self.state, SERVICE, SERVICE)
        for folder in ("zones", "calendar"):
            (directory / folder).mkdir(mode=0o755)
        (directory / "zones" / "social.txt").write_text("listed.example\n")
        (directory / "calendar" / "kl-2026.cal").write_text(
            "accepted 2026-01-01T00:00:00Z by o: w\nholiday 2026-08-31 National Day\n"
            "conditional 2026-12-26 2026-12-27 x\nperiod 2026-02-01 2026-02-02 after_start=17:00 x\n"
        )
        (directory / "calendar" / "kl-2026.proposed").write_text("holiday 2026-08-31 National Day\n")
        put(Accounts(self.state).with_user(User("officer1", ADMIN, "", "$hash")))
        for path in (self.state / FOLDER, self.state / FOLDER / FILE):
            os.chown(path, SERVICE, SERVICE)
        for name in (access_requests.FILE, person_requests.FILE):
            (self.state / name).write_text("[]\n")
            (self.state / name).chmod(0o600)
            os.chown(self.state / name, SERVICE, SERVICE)
        (self.state / archive.FOLDER).mkdir(mode=0o700)
        os.chown(self.state / archive.FOLDER, SERVICE, SERVICE)
        self.staff = directory / "staff.csv"
        self.staff.write_text("staff,department,mac\na1234,Finance,aa:bb:cc:dd:ee:ff\n")
        self.passphrases = {user: directory / f"passphrase-{user}" for user in USERS}
        for user, file in self.passphrases.items():
            file.write_text("correct horse battery staple\n")
            file.chmod(0o600)
            os.chown(file, *((0, 0) if user == "root" else (STRANGER, STRANGER)))
        self.table = directory / "table.csv"
        self.table.write_text("Tarikh,Cuti\n31/8/2026,Hari Kebangsaan\n")

    def by(self, user: str, command: str) -> tuple[int, str]:
        """Run a command as one of `USERS`: its exit code, and what it says is wrong."""
        places = {
            "NEW": f"{user}.example",
            "STAFF": str(self.staff),
            "TABLE": str(self.table),
            "BACKUP": f"/tmp/{os.getpid()}-{user}.db",
            "WHOLE": f"/tmp/{os.getpid()}-{user}.backup",
            "PASSPHRASE": str(self.passphrases[user]),
        }
        arguments = [places.get(each, each) for each in ARGUMENTS.get(command, ())]
        config = [] if command == "completion" else ["--config", str(self.config)]
        ending = ["timeout", "15"] if command in LONG else []
        process = subprocess.run(
            [*AS[user], *ending, *COMMAND, *command.split(), *arguments, *config],
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            env={**os.environ, **PATHS, "HOME": "/nonexistent"},
            check=False,
        )
        return process.returncode, process.stdout + process.stderr


@pytest.fixture(scope="module")
def installed(upstream: Unbound) -> Iterator[Installed]:
    require_root()
    require("setpriv")
    directory = Path(tempfile.mkdtemp(prefix="sm-dns-permissions-"))
    house = Installed(directory, upstream.address)
    as_service = ("setpriv", f"--reuid={SERVICE}", f"--regid={SERVICE}", "--clear-groups")
    masked = ("sh", "-c", 'umask 027; exec "$@"', "sh")
    try:
        if house.by("others", "completion")[0] != 0:
            lacking("a Python that other users may run")
        house.start(prefix=(*as_service, *masked), environment={**os.environ, **PATHS})
        yield house
    finally:
        house.close()
        shutil.rmtree(directory)


# That want a terminal, a list by URL or a service that is stopped before rights matter.
UNREACHED = {"top", "lists refresh", "lists show", "restore", "store restore"}
REFUSED = ("use sudo", "try sudo", "Permission denied", "Operation not permitted")


@pytest.mark.parametrize("row", TABLE, ids=[row.command.replace(" ", "-") for row in TABLE])
def test_command(installed: Installed, row: Row) -> None:
    """A cell says whether rights are in the way; what else may be wrong with what is asked for plays no part."""
    for user in reversed(USERS):  # who may not comes first: nothing is used up for them
        code, said = installed.by(user, row.command)
        told = f"{user}, {row.cells[user]}, {code}: {said.strip()[-300:]}"
        is_refused = code != 0 and any(
            word in said for word in REFUSED
        )  # what is done may say what it left out
        if row.cells[user] == "yes":
            assert not is_refused, told
        else:
            assert code != 0, told
            assert is_refused or row.command in UNREACHED, told
