"""The talk between members over real TLS on loopback: who is let in, who is not, and what comes through."""

from __future__ import annotations

import asyncio
import secrets
import time
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sm_dns.fleet.bundles import making
from sm_dns.fleet.bundles.bundle import NO_BASE, Manifest, Member, Sealed
from sm_dns.fleet.bundles.contents import Folders
from sm_dns.fleet.bundles.making import Bundles
from sm_dns.fleet.bundles.standing import Standing, after
from sm_dns.fleet.heads import Proof, ToldHead
from sm_dns.fleet.members import invitations, standing_file
from sm_dns.fleet.members.identity import Identity, fingerprint, load_or_make
from sm_dns.fleet.members.invitations import MAX_INVITATIONS, MAX_WRONG_TOKENS, Token
from sm_dns.fleet.members.standing_file import Kept, with_standing
from sm_dns.fleet.talk.following import FIRST_PAUSE, Following, connect, hello
from sm_dns.fleet.talk.joining import join
from sm_dns.fleet.talk.leading import Leading
from sm_dns.fleet.talk.messages import Carried, Carry, Hello, Joined, Refused, Tell
from sm_dns.fleet.talk.wire import Gone
from sm_dns.generation import service
from sm_dns.ipc.fleet import MemberState
from sm_dns.settings.endpoint import Endpoint
from sm_dns.state import audit
from sm_dns.state.audit import Trail
from sm_dns.util.errors import BadInput
from sm_dns.util.files import atomic_write
from sm_dns.util.fingerprint import fingerprint as marks
from sm_dns.util.message import NOTHING
from tests.fleet.slow_link import slow_link
from tests.generation.test_service import SERVICE
from tests.support.changes import put as put_files
from tests.support.processes import free_port

CONFIG = """\
listen: ["127.0.0.1:5335"]
schedules: {default: {}}
groups: [{name: office, clients: ["10.0.0.0/8"]}]
state_dir: var
"""
SECONDS = 20.0
RATE, DELAY = 125_000.0, 0.1  # octets a second, seconds of one way


class Primary:
    """A primary without a service: the generation that is in force is played."""

    def __init__(self, folder: Path) -> None:
        """`shown`: the address that the nodes are told; where it listens is `address`."""
        folder.mkdir()
        self.config = folder / "sm-dns.yaml"
        self.config.write_text(CONFIG)
        self.state = folder / "var"
        self.zones = folder / "zones"
        self.zones.mkdir()
        self.generation = folder / "generation"
        self.generation.mkdir()
        self.address = self.shown = Endpoint("127.0.0.1", free_port())
        self.begin()

    def begin(self) -> None:
        """Be a primary, at the address that is shown."""
        self.identity = load_or_make(standing_file.folder(self.state), "one")
        own = self.identity.member(str(self.shown))
        self.kept = Kept("primary", "one", Standing("f", 1, 0, "", "one", (own,)), None, NO_BASE)
        write(self.state, self.kept)
        self.bundles = Bundles(self.config, self.state, self.identity, self.kept)
        self.leading = Leading(
            self.bundles,
            Folders(self.state, self.zones, self.zones.with_name("calendar")),
            self.identity.file,
            self.state,
            Trail(self.state / audit.FILE, "service"),
            self._carry_out,
            lambda told: told,
            self._prove,
            lambda: None,
            lambda: None,
        )
        self.leading.joined = [own]

    def make(self) -> bool:
        """Have the files as they are now in force, and made into a bundle."""
        watched = (str(self.config), str(self.zones))
        seen = marks(map(Path, watched))
        service.write_service(self.generation, _replaced(watched=watched, seen=seen))
        made = self.bundles.make(self.generation, self.leading.members)
        if made:
            self.leading.tell()
        return made

    def invite(self, now: float | None = None) -> Token:
        token = invitations.fresh(self.address, fingerprint(self.identity.certificate))
        put_files(invitations.with_one(self.state, token, now or time.time())[0])
        return token

    async def _carry_out(self, node: str, said: Carry) -> Carried:
        return Carried(
            said.number, NOTHING, 0, f"{said.person} at {node}: {' '.join(said.arguments)}", "", 1, 1
        )

    async def _prove(self, seqs: tuple[int, ...]) -> Proof:
        return Proof(tuple("0" * 64 for _ in seqs), NOTHING)


def _replaced(**given: Any) -> service.Service:
    return replace(SERVICE, **given)


def write(state: Path, kept: Kept) -> None:
    file = standing_file.written(state, kept)
    file.path.parent.mkdir(parents=True, exist_ok=True)
    atomic_write(file.path, file.data, mode=file.mode)


def stranger(folder: Path, name: str = "two") -> Identity:
    return load_or_make(folder / name, name)


@pytest.fixture
def primary(tmp_path: Path) -> Primary:
    return Primary(tmp_path / "one")


def played(primary: Primary, act: Callable[[], Awaitable[None]]) -> None:
    """Do something while the primary listens."""

    async def run() -> None:
        await primary.leading.open(primary.address.address, primary.address.port)
        try:
            async with asyncio.timeout(SECONDS):
                await act()
        finally:
            await primary.leading.close()

    asyncio.run(run())


def test_a_token_lets_one_server_in_once(primary: Primary, tmp_path: Path) -> None:
    token = primary.invite()
    assert invitations.read_token(token.url) == token

    async def act() -> None:
        joined = await join(token, stranger(tmp_path), "127.0.0.1:9")
        assert isinstance(joined, Joined) and joined.leader == "one"
        assert [each.name for each in joined.members] == ["one", "two"]
        with pytest.raises(BadInput, match="was used"):
            await join(token, stranger(tmp_path, "three"), "")

    played(primary, act)
    assert [line.action for line in audit.read(primary.state / audit.FILE)] == ["fleet joined"]


def test_a_token_ends_by_itself(primary: Primary, tmp_path: Path) -> None:
    token = primary.invite(now=1_000.0)

    async def act() -> None:
        with pytest.raises(BadInput, match="has ended"):
            await join(token, stranger(tmp_path), "")

    played(primary, act)


def test_after_some_wrong_tokens_nobody_joins_for_a_while(primary: Primary, tmp_path: Path) -> None:
    right = primary.invite()
    wrong = Token(right.address, right.fingerprint, "A" * 32)

    async def act() -> None:
        for _ in range(MAX_WRONG_TOKENS):
            with pytest.raises(BadInput, match="not known here"):
                await join(wrong, stranger(tmp_path), "")
        with pytest.raises(BadInput, match="too many wrong invitations"):
            await join(right, stranger(tmp_path), "")

    played(primary, act)


def test_invitations_that_wait_are_bounded(primary: Primary) -> None:
    for _ in range(MAX_INVITATIONS):
        primary.invite()
    with pytest.raises(BadInput, match="wait already"):
        primary.invite()


def test_nothing_is_told_to_another_server_than_the_tokens(primary: Primary, tmp_path: Path) -> None:
    token = primary.invite()
    other = Token(token.address, secrets.token_hex(32), token.secret)

    async def act() -> None:
        with pytest.raises(BadInput, match="nothing was told to it"):
            await join(other, stranger(tmp_path), "")

    played(primary, act)
    assert len(invitations.load(primary.state)) == 1, "the token is still good"


def test_who_is_no_member_is_not_heard(primary: Primary, tmp_path: Path) -> None:
    own = primary.kept.standing.members[0]

    async def act() -> None:
        talk = await connect(stranger(tmp_path).file, own, (own,))
        with pytest.raises(Gone):  # its certificate is no member's
            await talk.send(Hello(1, "one", 1, 0, ""))
            await talk.receive(SECONDS)
        talk.close()

    played(primary, act)


def test_a_member_is_who_its_certificate_says(primary: Primary, tmp_path: Path) -> None:
    identity = stranger(tmp_path)

    async def act() -> None:
        joined = await join(primary.invite(), identity, "")
        own = primary.kept.standing.members[0]
        talk = await connect(identity.file, own, joined.members)
        await talk.send(Hello(1, "three", 1, 0, ""))
        said, _ = await talk.receive(SECONDS)
        assert isinstance(said, Refused) and "no member" in str(said.reason)
        talk.close()

    played(primary, act)


def test_the_name_of_a_member_is_not_given_to_another_server(primary: Primary, tmp_path: Path) -> None:
    identity = stranger(tmp_path)
    another = load_or_make(tmp_path / "three", "two")

    async def act() -> None:
        await join(primary.invite(), identity, "")
        token = primary.invite()
        with pytest.raises(BadInput, match="another server is the member two"):
            await join(token, another, "")
        joined = await join(token, identity, "")  # the very one may, after it left
        assert [each.certificate for each in joined.members if each.name == "two"] == [identity.certificate]

    played(primary, act)


def test_who_was_shut_out_is_told_so_and_not_how_a_node_that_does_not_listen_fails(
    primary: Primary, tmp_path: Path
) -> None:
    identity = stranger(tmp_path)
    own = primary.kept.standing.members[0]
    silent = stranger(tmp_path, "three").member(f"127.0.0.1:{free_port()}")

    async def act() -> None:
        joined = Joined("f", 1, "one", (own, identity.member(""), silent))
        node = Node(tmp_path / "node", joined, identity)
        running = asyncio.get_running_loop().create_task(node.following.run())
        await asyncio.sleep(FIRST_PAUSE)
        said = str(node.following.problem)
        running.cancel()
        await asyncio.wait([running])
        assert said.startswith(f"one ({primary.address}): it is there and does not talk with this server")
        assert "was this one shut out" in said

    played(primary, act)


def test_the_reason_of_a_join_that_fails_is_told(tmp_path: Path) -> None:
    """By a port that nobody has, and by one that speaks something else."""

    async def act() -> None:
        async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1)
            writer.transport.abort()

        port = free_port()
        token = Token(Endpoint("127.0.0.1", port), "0" * 64, "A" * 32)
        with pytest.raises(BadInput) as refused:
            await join(token, stranger(tmp_path), "")
        assert str(refused.value) == f"127.0.0.1:{port}: Connection refused"
        async with await asyncio.start_server(hangs_up, "127.0.0.1", port):
            with pytest.raises(BadInput) as ended:
                await join(token, stranger(tmp_path), "")
        assert str(ended.value).removeprefix(f"127.0.0.1:{port}: ") in (
            "it ended the connection",
            "Connection reset by peer",
        )

    asyncio.run(act())


class Node:
    """A node without a service: what it takes is kept in memory."""

    def __init__(self, folder: Path, joined: Joined, identity: Identity) -> None:
        standing = Standing(joined.fleet, joined.epoch, 0, "", joined.leader, joined.members)
        self.kept = Kept("node", identity.name, standing, None, NO_BASE)
        self.took: list[tuple[Manifest, dict[str, bytes]]] = []
        self.news = asyncio.Event()
        where = Folders(folder / "var", folder / "zones", folder / "calendar")
        self.where = where
        self.following = Following(
            lambda: self.kept, where, identity.file, self._put, self._told, self._note, self._prove
        )

    async def _put(self, sealed: Sealed, manifest: Manifest, files: Any) -> None:
        self.kept = with_standing(self.kept, after(manifest, sealed), sealed)
        self.took.append((manifest, dict(files)))
        for name, data in files.items():
            path = self.where.place(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        self.news.set()

    async def _told(self) -> Tell:
        state = MemberState("two", "node", "", True, None, 1, 1, True, True, NOTHING, 3, 7)
        return Tell(state, 4, "1" * 64)

    def _note(self, told: tuple[ToldHead, ...]) -> None:
        self.heads = told

    async def _prove(self, seqs: tuple[int, ...]) -> Proof:
        return Proof(tuple("1" * 64 for _ in seqs), NOTHING)

    async def another(self) -> None:
        await self.news.wait()
        self.news.clear()


def test_a_node_takes_what_is_made_and_of_a_long_list_the_difference(
    primary: Primary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (primary.zones / "social.txt").write_text("".join(f"name{n}.example\n" for n in range(20_000)))
    identity = stranger(tmp_path)
    asked: list[tuple[bool, bool]] = []
    whole = Bundles.difference

    def difference(self: Bundles, wanted: str, have: str) -> bytes | None:
        found = whole(self, wanted, have)
        asked.append((bool(have), found is not None))
        return found

    monkeypatch.setattr(making.Bundles, "difference", difference)

    async def act() -> None:
        joined = await join(primary.invite(), identity, "")
        assert primary.make() and not primary.make()
        node = Node(tmp_path / "node", joined, identity)
        running = asyncio.get_running_loop().create_task(node.following.run())
        await node.another()
        assert node.took[-1][0].generation == 1
        assert node.took[-1][1]["zones/social.txt"] == (primary.zones / "social.txt").read_bytes()
        with (primary.zones / "social.txt").open("a") as file:
            file.write("one.more.example\n")
        assert primary.make()
        await node.another()
        assert node.took[-1][1]["zones/social.txt"] == (primary.zones / "social.txt").read_bytes()
        assert (True, True) in asked, "the second time a difference was sent"
        done = await node.following.carry("the IT officer", ("pause", "10m"), SECONDS)
        assert done.out == "the IT officer at two: pause 10m"
        assert (await node.following.proof_of("one", (1, 2))).hashes == ("0" * 64,) * 2
        assert (await primary.leading.proof_of("two", (4,))).hashes == ("1" * 64,)
        with pytest.raises(BadInput, match="three is not reachable"):
            await node.following.proof_of("three", (1,))
        running.cancel()
        await asyncio.wait([running])

    played(primary, act)


def test_over_a_slow_link_the_change_of_a_long_list_is_there_soon(primary: Primary, tmp_path: Path) -> None:
    """1 Mbit/s and 200 ms there and back: the list itself takes seconds, its change is a few kilobytes."""
    lines = [f"{zlib.crc32(str(number).encode()):08x}.example\n" for number in range(30_000)]
    (primary.zones / "social.txt").write_text("".join(lines))
    identity = stranger(tmp_path)
    token = primary.invite()
    primary.shown = Endpoint("127.0.0.1", free_port())
    primary.begin()

    async def act() -> None:
        joined = await join(token, identity, "")
        async with slow_link(primary.shown.port, primary.address.port, RATE, DELAY) as link:
            node = Node(tmp_path / "node", joined, identity)
            loop = asyncio.get_running_loop()
            assert primary.make()
            running = loop.create_task(node.following.run())
            await node.another()
            whole, link.octets = link.octets, 0
            lines[15_000] = "changed.example\n"
            (primary.zones / "social.txt").write_text("".join([*lines, "last.example\n"]))
            began = loop.time()
            assert primary.make()
            await node.another()
            took = loop.time() - began
            print(f"the list: {whole} octets; its change: {link.octets} octets, {took:.2f} s")
            assert node.took[-1][1]["zones/social.txt"] == (primary.zones / "social.txt").read_bytes()
            assert link.octets < whole / 10 and took < whole / RATE
            running.cancel()
            await asyncio.wait([running])

    played(primary, act)


def test_what_is_not_in_force_at_the_primary_goes_nowhere(primary: Primary) -> None:
    assert primary.make()
    (primary.zones / "social.txt").write_text("new.example\n")
    with pytest.raises(making.NotInForce):
        primary.bundles.make(primary.generation, primary.leading.members)
    assert primary.make()


def test_a_hello_of_another_version_is_refused_with_what_to_do(primary: Primary, tmp_path: Path) -> None:
    identity = stranger(tmp_path)

    async def act() -> None:
        joined = await join(primary.invite(), identity, "")
        talk = await connect(identity.file, joined.members[0], joined.members)
        standing = Standing("f", 1, 0, "", "one", joined.members)
        own = hello(Kept("node", "two", standing, None, NO_BASE))
        await talk.send(Hello(own.protocol + 1, own.name, 1, 0, ""))
        said, _ = await talk.receive(SECONDS)
        assert isinstance(said, Refused) and "same one on every server" in str(said.reason)
        talk.close()

    played(primary, act)


def test_members_have_names_of_servers(primary: Primary, tmp_path: Path) -> None:
    identity = stranger(tmp_path)
    nameless = Identity("../x", identity.key, identity.certificate, identity.file)

    async def act() -> None:
        with pytest.raises(BadInput, match="is no name of a server"):
            await join(primary.invite(), nameless, "")
        with pytest.raises(BadInput, match="is no address with a port"):
            await join(primary.invite(), identity, "somewhere")
        named = Identity("one", identity.key, identity.certificate, identity.file)
        with pytest.raises(BadInput, match="is the name of the primary"):
            await join(primary.invite(), named, "")

    played(primary, act)
    assert Member("x", b"", b"", "").may_lead is False
