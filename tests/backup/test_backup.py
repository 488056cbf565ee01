"""A house backed up while it changes, put on an empty machine, and what is refused."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import tarfile
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sm_dns.admin import exemption_changes
from sm_dns.backup import age_format, archive, restoring
from sm_dns.backup.age_format import Reader, Writer
from sm_dns.backup.backing_up import Written, back_up
from sm_dns.backup.contents import PREFIX
from sm_dns.backup.restoring import Restored, restore
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.state import audit, exemptions_store
from sm_dns.state.audit import Trail
from sm_dns.util.errors import BadInput
from tests.backup.test_age_format import at_a_terminal
from tests.conftest import lacking, require, require_root

PASSPHRASE = b"correct horse battery staple"
CONFIG = """\
schedules: {default: {}}
groups: [{name: office, clients: ["10.0.0.0/8"]}]
tls: {certificate: tls/cert.pem, key: tls/key.pem}
monitoring: {staff_map: /nowhere/else.csv}
"""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(age_format, "WORK", 4)


class Site:
    """A server's files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "etc" / "zones").mkdir(parents=True)
        (folder / "etc" / "tls").mkdir()
        (folder / "etc" / "calendar").mkdir()
        self.config = folder / "etc" / "sm-dns.yaml"
        self.config.write_text(CONFIG)
        (folder / "etc" / "zones" / "social.txt").write_text("site.example\n")
        (folder / "etc" / "calendar" / "kl-2026.cal").write_text("holiday 2026-08-31 National Day\n")
        (folder / "etc" / "tls" / "cert.pem").write_text("certificate\n")
        (folder / "etc" / "tls" / "key.pem").write_text("secret\n")
        (folder / "etc" / "tls" / "key.pem").chmod(0o600)
        (folder / "etc" / "unrelated").write_text("of somebody else\n")
        state = self.settings.state_dir
        for name in ("monitor", "keys", "generations/00000001", "web", "history"):
            (state / name).mkdir(parents=True)
        (state / "keys" / "pseudonym.key").write_text("ab" * 32 + "\n")
        (state / "keys" / "pseudonym.key").chmod(0o600)
        (state / "keys").chmod(0o700)
        (state / "generations" / "00000001" / "policy.json").write_text("{}")
        (state / "web" / "users.json").write_text('{"users": []}')
        (state / "web" / "users.json").chmod(0o600)
        (state / "serve.lock").write_text("")
        with closing(sqlite3.connect(state / "monitor" / "usage.db")) as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("CREATE TABLE x (y)")
            database.execute("INSERT INTO x VALUES (7)")
            database.commit()
        self.grant("first")

    @property
    def settings(self) -> Settings:
        return load_settings(self.config)

    @property
    def state(self) -> Path:
        return self.folder / "etc" / "var"

    @property
    def trail(self) -> Trail:
        return Trail(self.state / audit.FILE, "officer1")

    def grant(self, reason: str) -> None:
        exemption_changes.grant(
            self.settings, time.time(), group="office", network=None, category="social", service=None,
            length="1h", until=None, approver="head", reason=reason, trail=self.trail,
        )  # fmt: skip

    def back_up(self, target: Path, *, with_key: bool = True) -> Written:
        return back_up(self.settings, target, PASSPHRASE, self.trail, with_key=with_key)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site")


def put(file: Path, folder: Path, *, replace: bool = False, key: Path | None = None) -> Restored:
    return restore(file, folder / "etc" / "sm-dns.yaml", PASSPHRASE, replace=replace, key=key)


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with its rights and what it holds."""
    return {
        str(path.relative_to(folder)): (stat.S_IMODE(path.stat().st_mode), path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def listing(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_an_empty_machine_is_as_the_first_was(site: Site, tmp_path: Path) -> None:
    written = site.back_up(tmp_path / "x.backup")
    assert (written.has_key, written.has_store, written.elsewhere) == (True, True, ())
    assert stat.S_IMODE((tmp_path / "x.backup").stat().st_mode) == 0o600
    assert not list(site.state.glob(f"{PREFIX}*"))
    found = put(tmp_path / "x.backup", tmp_path / "new")
    assert found.former == ()
    before, after = tree(site.folder), tree(tmp_path / "new")
    left = {
        "etc/unrelated",
        "etc/var/serve.lock",
        "etc/var/audit.jsonl.lock",
        "etc/var/generations/00000001/policy.json",
    }
    left |= {name for name in before if "usage.db" in name}
    assert {name: one for name, one in before.items() if name not in left} == {
        name: one for name, one in after.items() if "usage.db" not in name
    }
    with closing(sqlite3.connect(tmp_path / "new" / "etc" / "var" / "monitor" / "usage.db")) as database:
        assert database.execute("SELECT y FROM x").fetchall() == [(7,)]
    assert stat.S_IMODE((tmp_path / "new" / "etc" / "var" / "keys").stat().st_mode) == 0o700
    assert audit.verify(tmp_path / "new" / "etc" / "var" / audit.FILE).problem is None
    assert [each.action for each in audit.read(tmp_path / "new" / "etc" / "var" / audit.FILE)] == [
        "exempt add",
        "backup",
    ]


def test_a_person_opens_it_with_age_and_tar(site: Site, tmp_path: Path) -> None:
    require("age", "tar")
    site.back_up(tmp_path / "x.backup")
    out = tmp_path / "x.tar.gz"
    at_a_terminal(PASSPHRASE, "age", "--decrypt", "--output", str(out), str(tmp_path / "x.backup"))
    (tmp_path / "by-hand").mkdir()
    subprocess.run(["tar", "-xzf", str(out), "-C", str(tmp_path / "by-hand")], check=True)
    assert (tmp_path / "by-hand" / "etc" / "sm-dns.yaml").read_text() == CONFIG
    manifest = json.loads((tmp_path / "by-hand" / "manifest.json").read_text())
    assert "state/audit.jsonl" in [each["name"] for each in manifest["files"]]


def test_changes_meanwhile_tear_nothing_apart(site: Site, tmp_path: Path) -> None:
    """Whatever instant is met: the chain is whole, and what it says was granted is granted."""
    stop = threading.Event()

    def change() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            site.grant(f"r{number}")

    threads = [threading.Thread(target=change) for _ in range(2)]
    for each in threads:
        each.start()
    try:
        for number in range(6):
            site.back_up(tmp_path / f"{number}.backup")
    finally:
        stop.set()
        for each in threads:
            each.join()
    counts = set()
    for number in range(6):
        put(tmp_path / f"{number}.backup", tmp_path / f"new-{number}")
        state = tmp_path / f"new-{number}" / "etc" / "var"
        assert audit.verify(state / audit.FILE).problem is None
        granted = {each.target for each in audit.read(state / audit.FILE) if each.action == "exempt add"}
        assert granted == {each.id for each in exemptions_store.load(state)}
        counts.add(len(granted))
    assert len(counts) > 1  # it did change meanwhile


def test_the_key_is_kept_apart_by_choice(site: Site, tmp_path: Path) -> None:
    site.back_up(tmp_path / "x.backup", with_key=False)
    assert b"ab" * 32 not in b"".join(data for _, data in opened(tmp_path / "x.backup"))
    with pytest.raises(BadInput, match="--pseudonym-key"):
        put(tmp_path / "x.backup", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    put(tmp_path / "x.backup", tmp_path / "new", key=site.state / "keys" / "pseudonym.key")
    key = tmp_path / "new" / "etc" / "var" / "keys" / "pseudonym.key"
    assert (key.read_text(), stat.S_IMODE(key.stat().st_mode)) == ("ab" * 32 + "\n", 0o600)


def opened(file: Path) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    """The members of a backup."""
    with file.open("rb") as stream:
        plain = Reader(stream, PASSPHRASE).read()
    with tarfile.open(fileobj=io.BytesIO(plain), mode="r:gz") as tar:
        for info in tar:
            member = tar.extractfile(info) if info.isreg() else None
            yield info, member.read() if member else b""


def packed(members: list[tuple[tarfile.TarInfo, bytes]], file: Path) -> Path:
    """A backup of these members, whatever they are."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w:gz", format=tarfile.PAX_FORMAT) as tar:
        for info, data in members:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    with file.open("wb") as stream:
        writer = Writer(stream, PASSPHRASE)
        writer.write(plain.getvalue())
        writer.finish()
    return file


def test_what_is_there_is_refused_or_kept_beside(site: Site, tmp_path: Path) -> None:
    site.back_up(tmp_path / "x.backup")
    before = tree(site.folder)
    with pytest.raises(BadInput, match="is there already: --replace"):
        put(tmp_path / "x.backup", site.folder)
    assert tree(site.folder) == before
    (site.folder / "etc" / "zones" / "social.txt").write_text("other.example\n")
    found = put(tmp_path / "x.backup", site.folder, replace=True)
    assert (site.folder / "etc" / "zones" / "social.txt").read_text() == "site.example\n"
    assert (site.folder / "etc" / "unrelated").exists()
    (zones,) = [path for path in found.former if path.name.startswith("zones.before-")]
    assert (zones / "social.txt").read_text() == "other.example\n"
    assert any((path / audit.FILE).exists() for path in found.former if path.is_dir())


def test_a_backup_takes_no_others_place(site: Site, tmp_path: Path) -> None:
    (tmp_path / "x.backup").write_text("mine")
    with pytest.raises(BadInput, match="is there already"):
        site.back_up(tmp_path / "x.backup")
    assert (tmp_path / "x.backup").read_text() == "mine"


def test_nothing_altered_or_cut_is_put_anywhere(site: Site, tmp_path: Path) -> None:
    site.back_up(tmp_path / "x.backup")
    whole = (tmp_path / "x.backup").read_bytes()
    bad = tmp_path / "bad.backup"
    step = max(len(whole) // 150, 1)
    for at in range(0, len(whole), step):
        altered = bytearray(whole)
        altered[at] ^= 0x20
        for data in (bytes(altered), whole[:at]):
            bad.write_bytes(data)
            with pytest.raises(BadInput, match=r"bad\.backup"):
                put(bad, tmp_path / "new")
            assert not (tmp_path / "new").exists()


def test_a_wrong_passphrase_and_a_later_version_are_said(site: Site, tmp_path: Path) -> None:
    site.back_up(tmp_path / "x.backup")
    with pytest.raises(BadInput, match="another passphrase"):
        restore(tmp_path / "x.backup", tmp_path / "new" / "x.yaml", b"wrong", replace=False, key=None)
    members = list(opened(tmp_path / "x.backup"))
    about = json.loads(members[0][1])
    later = json.dumps({**about, "format": 2, "version": "9.0"}).encode()
    with pytest.raises(BadInput, match=r"later sm-dns \(9\.0\)"):
        put(packed([(members[0][0], later), *members[1:]], tmp_path / "later"), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, link, 0o644
    return info


@pytest.mark.parametrize(
    "odd",
    [
        entry("../escape"),
        entry("/etc/passwd"),
        entry("etc/../../escape"),
        entry("state/../escape"),
        entry("etc//x"),
        entry("elsewhere/x"),
        entry("state/x\ny"),
        entry("state/link", tarfile.SYMTYPE, "/etc"),
        entry("state/hard", tarfile.LNKTYPE, "state/audit.jsonl"),
        entry("state/null", tarfile.CHRTYPE),
        entry("state/pipe", tarfile.FIFOTYPE),
        entry("etc/sm-dns.yaml"),
        entry("key/other"),
    ],
    ids=lambda info: info.name.replace("/", "_"),
)
def test_no_member_leads_out_of_its_place(site: Site, tmp_path: Path, odd: tarfile.TarInfo) -> None:
    site.back_up(tmp_path / "x.backup")
    members = list(opened(tmp_path / "x.backup"))
    hostile = packed([*members[:-1], (odd, b""), members[-1]], tmp_path / "hostile")
    (tmp_path / "root").mkdir()
    before = listing(tmp_path)
    with pytest.raises(BadInput, match="hostile"):
        put(hostile, tmp_path / "root" / "new")
    assert listing(tmp_path) == before


def test_what_is_missing_or_more_is_noticed(site: Site, tmp_path: Path) -> None:
    site.back_up(tmp_path / "x.backup")
    members = list(opened(tmp_path / "x.backup"))
    at = next(number for number, (info, _) in enumerate(members) if info.name == "state/exemptions.json")
    changed = list(members)
    changed[at] = (changed[at][0], b"[]\n")
    for odd in (
        [*members[:at], *members[at + 1 :]],
        changed,
        members[:-1],
        [*members, (entry("state/y"), b"")],
    ):
        with pytest.raises(BadInput):
            put(packed(list(odd), tmp_path / "odd"), tmp_path / "new")
        assert not (tmp_path / "new").exists()


def test_a_failure_while_it_is_put_in_place_leaves_what_was(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.back_up(tmp_path / "x.backup")
    before = tree(site.folder)
    calls = 0

    def sync(folder: Path) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring, "sync_directory", sync)
    with pytest.raises(OSError, match="No space"):
        put(tmp_path / "x.backup", site.folder, replace=True)
    assert tree(site.folder) == before


def test_a_full_disk_leaves_neither_half_a_backup_nor_half_a_server(site: Site, tmp_path: Path) -> None:
    require_root()
    (site.state / "history" / "big").write_bytes(os.urandom(2 << 20))
    site.back_up(tmp_path / "x.backup")
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)], check=False)
    if mounted.returncode:
        lacking("no file system may be mounted here")
    try:
        with pytest.raises(OSError, match=r"No space.*/small/y.backup"):
            site.back_up(small / "y.backup")
        assert listing(small) == [] and not list(site.state.glob(f"{PREFIX}*"))
        with pytest.raises(OSError, match=r"No space.*/small/new/"):
            put(tmp_path / "x.backup", small / "new")
        assert listing(small) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_it_takes_hardly_any_memory(site: Site, tmp_path: Path) -> None:
    """Of a file of many megabytes no more than some chunks are held at once."""
    (site.state / "history" / "big").write_bytes(os.urandom(1 << 20) * 48)
    tracemalloc.start()
    site.back_up(tmp_path / "x.backup")
    put(tmp_path / "x.backup", tmp_path / "new")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8 << 20


def test_owners_are_kept(site: Site, tmp_path: Path) -> None:
    require_root()
    for path in (site.state, *site.state.rglob("*")):
        shutil.chown(path, "daemon", "daemon")
    site.back_up(tmp_path / "x.backup")
    put(tmp_path / "x.backup", tmp_path / "new")
    state = tmp_path / "new" / "etc" / "var"
    assert {path.owner() for path in (state, *state.rglob("*"))} == {"daemon"}
    assert (tmp_path / "new" / "etc" / "sm-dns.yaml").owner() == "root"


def test_more_than_a_backup_may_hold_is_refused(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.back_up(tmp_path / "x.backup")
    monkeypatch.setattr(archive, "MAX_MEMBERS", 5)
    with pytest.raises(BadInput, match="more than a backup may"):
        put(tmp_path / "x.backup", tmp_path / "new")
