"""Change and record are both there or both not, whatever the disk refuses and whenever the process ends (T19).

Each row of `CHANGES` is a command that changes files. It is run once for each point at which it writes anything, and
for each way in which that point may fail. A new command is covered by a row of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from sm_dns.admin import (
    domain_changes,
    exemption_changes,
    remote_lists,
    request_decisions,
    service_changes,
    switch_changes,
)
from sm_dns.admin.calendars import acceptance, calendar_changes, calendar_import, calendar_proposals
from sm_dns.admin.dnssec import trust_exceptions
from sm_dns.admin.domain_names import check_not_public_suffix
from sm_dns.admin.policy_document import site_rows
from sm_dns.admin.remote_lists import RemoteList
from sm_dns.admin.request_decisions import Choice, Decider
from sm_dns.admin.switch_changes import Wanted
from sm_dns.dns.names import from_text
from sm_dns.generation.web import NO_WEB
from sm_dns.policy.service_rules import ServiceRule
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.state import (
    access_requests,
    audit,
    exemptions_store,
    negative_trust_anchors,
    person_requests,
    service_rules_store,
    switches_store,
)
from sm_dns.state.access_requests import AccessRequest
from sm_dns.state.audit import Trail
from sm_dns.state.dashboard_accounts import User
from sm_dns.state.negative_trust_anchors import NegativeTrustAnchor
from sm_dns.state.service_rules_store import SetRule
from sm_dns.util.download import Fetched, Validators
from sm_dns.web.actions import people_actions
from sm_dns.web.auth.accounts import Accounts, with_first_password
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from tests.support.changes import put
from tests.support.faults import KILLED, KINDS, Fault, Kind, in_child, met

NOON = 1_786_334_400.0
CONFIG = """\
upstreams: [unbound]
schedules: {default: {}}
calendars: {kl: {country: MY, subdivision: KUL, schedules: [default]}}
groups: [{name: office, clients: ["10.0.0.0/8"]}]
"""
KEPT = "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA"
ADMIN = Person("officer1", "admin")
WHY = {"why": "asked for"}
DONE, REFUSED = 0, 1
_WORTH = {
    ("torn", "write"),
    ("barred", "rename"),
}  # the points at which these kinds are something of their own


@dataclass
class Office:
    """A small office with a little of everything, and what changes it."""

    folder: Path

    @cached_property
    def settings(self) -> Settings:
        return load_settings(self.folder / "sm-dns.yaml")

    @property
    def path(self) -> Path:
        return self.folder / "var" / audit.FILE

    @property
    def state(self) -> Path:
        return self.folder / "var"

    @property
    def trail(self) -> Trail:
        return Trail(self.path, "officer1", lambda: NOON)

    @property
    def desk(self) -> Backend:
        return Backend(NO_WEB, self.folder / "sm-dns.yaml", self.folder / "var", clock=lambda: NOON)

    def files(self) -> dict[str, bytes]:
        """Everything that there is but the audit, the locks, and bodies of lists that nothing names."""
        return {
            str(file.relative_to(self.folder)): file.read_bytes()
            for file in sorted(self.folder.rglob("*"))
            if file.is_file()
            and not file.name.startswith(audit.FILE)
            and not (file.parent.name == "lists" and file.suffix != ".json")
            and file.suffix != ".lock"
        }

    def records(self) -> list[str]:
        return [each.action for each in audit.read(self.path)]


def _add(office: Office) -> None:
    domain_changes.add(
        office.settings,
        "social",
        ["b1.example"],
        whole_suffix=False,
        force=False,
        why="w",
        trail=office.trail,
    )


def _remove(office: Office) -> None:
    domain_changes.remove(office.settings, "social", ["old.example"], why="w", trail=office.trail)


def _propose(office: Office) -> None:
    calendar_changes.propose(office.settings, "kl", 2027, why="w", trail=office.trail)


def _accept(office: Office) -> None:
    waiting = acceptance.look_at_proposal(office.settings, "kl", 2026, estimates=True)
    calendar_changes.accept(
        office.settings,
        "kl",
        2026,
        at=NOON,
        who="o",
        estimates=True,
        looked_at=waiting.proposal,
        why="w",
        trail=office.trail,
    )


def _add_day(office: Office) -> None:
    calendar_changes.add(
        office.settings, "kl", "2025-07-01", "x", kind="extra", ends=None, why="", trail=office.trail
    )


def _remove_day(office: Office) -> None:
    calendar_changes.remove(office.settings, "kl", "2025-08-31", why="w", trail=office.trail)


def _settle(office: Office) -> None:
    calendar_changes.settle(office.settings, "kl", "2025-12-27", why="w", trail=office.trail)


def _keep(office: Office) -> None:
    calendar_changes.keep(office.settings, "kl", "2025-08-31", why="w", trail=office.trail)


def _import(office: Office) -> None:
    table = calendar_import.read(
        "Tarikh,Cuti\n31/8/2026,Hari Kebangsaan\n16/9/2026,Hari Malaysia\n", "x", None
    )
    calendar_changes.import_table(office.settings, "kl", table, "x.csv", None, why="w", trail=office.trail)


def _add_period(office: Office) -> None:
    calendar_changes.add_period(
        office.settings,
        "kl",
        "2025-07-01",
        "2025-07-02",
        "x",
        ["after_start=17:00"],
        why="w",
        trail=office.trail,
    )


def _remove_period(office: Office) -> None:
    calendar_changes.remove_period(office.settings, "kl", "2025-03-30", why="w", trail=office.trail)


def _grant(office: Office) -> None:
    exemption_changes.grant(
        office.settings,
        NOON,
        group="office",
        network=None,
        category="social",
        service=None,
        length="1h",
        until=None,
        approver="head",
        reason="w",
        trail=office.trail,
    )


def _pause(office: Office) -> None:
    wanted = Wanted("pause", length="10m", reason="w")
    switch_changes.turn(office.settings, wanted, NOON, by="o", trail=office.trail)


def _emergency(office: Office) -> None:
    switch_changes.emergency(office.state, NOON, length="", reason="w", by="o", trail=office.trail)


def _resume(office: Office) -> None:
    switch_changes.resume(office.state, (), NOON, why="w", trail=office.trail)


def _end_switch(office: Office) -> None:
    switches_store.expire(office.state, NOON + 1e6, office.trail)


def _exemption(office: Office) -> str:
    return exemptions_store.load(office.settings.state_dir)[0].id


def _revoke(office: Office) -> None:
    exemption_changes.revoke(office.settings, _exemption(office), why="w", trail=office.trail)


def _expire(office: Office) -> None:
    exemptions_store.expire(office.settings.state_dir, NOON + 1e6, office.trail)


def _add_nta(office: Office) -> None:
    trust_exceptions.add(
        office.settings, NOON, name="new.example", until="23:00", reason="w", trail=office.trail
    )


def _remove_nta(office: Office) -> None:
    trust_exceptions.remove(office.settings, name="broken.example", why="w", trail=office.trail)


def _end_nta(office: Office) -> None:
    negative_trust_anchors.expire(office.state, NOON + 1e6, office.trail)


def _set_rule(office: Office) -> None:
    service_changes.set_rule(
        office.settings, NOON, "whatsapp", "deny", ["office"], why="w", trail=office.trail
    )


def _unset_rule(office: Office) -> None:
    service_changes.unset_rule(office.settings, "tiktok", why="w", trail=office.trail)


def _request(office: Office) -> None:
    state = office.settings.state_dir
    wanted = person_requests.draft(
        staff="a1234",
        first=date(2026, 8, 1),
        last=date(2026, 8, 2),
        requester="officer1",
        reason="inquiry KP/12",
        now=NOON,
        seconds=3600,
    )
    with office.trail.turn() as turn:
        files = [person_requests.saved(state, wanted)]
        turn.change("report person request", wanted.id, why="w", detail={}, files=files)


def _approve(office: Office) -> None:
    state = office.settings.state_dir
    with office.trail.turn() as turn:
        made = person_requests.approved(
            person_requests.load(state)[0],
            who="officer9",
            approvers=["officer9"],
            reason="letter 7/2",
            now=NOON,
        )
        files = [person_requests.saved(state, made)]
        turn.change("report person approve", made.id, why="w", detail={}, files=files)


def _asked(office: Office, site: str = "www.facebook.com") -> None:
    wanted = AccessRequest(
        id="new",
        client="10.1.0.1",
        site=site,
        service="facebook",
        category="social",
        name="Officer Seven",
        department="",
        purpose="the page",
        made=int(NOON),
        until=int(NOON) + 3600,
    )
    access_requests.add(office.settings.state_dir, wanted, office.trail)


def _ask_twice(office: Office) -> None:
    _asked(office, "m.facebook.com")


def _waiting(office: Office) -> str:
    return access_requests.load(office.settings.state_dir)[0].id


def _approve_asked(office: Office) -> None:
    request_decisions.approve(
        office.settings,
        _waiting(office),
        Choice(),
        who=Decider("head"),
        reason="w",
        now=NOON,
        trail=office.trail,
    )


def _decline_asked(office: Office) -> None:
    request_decisions.decline(
        office.settings, _waiting(office), who=Decider("head"), reason="w", now=NOON, trail=office.trail
    )


def _approve_once(office: Office) -> None:
    requests = office.settings.requests.model_copy(update={"approvals": 2})
    office.settings = office.settings.model_copy(update={"requests": requests})
    _approve_asked(office)


def _forget_asked(office: Office) -> None:
    access_requests.forget(office.settings.state_dir, NOON + 1e6, NOON + 2e6, office.trail)


def _list(office: Office) -> None:
    """As `lists refresh` does, of what its publisher has sent already."""
    source = RemoteList("ads", "http://lists.example/ads", "social")
    came = Fetched(b"new.example\n", Validators())
    files = remote_lists._stored(source, office.settings.state_dir / "lists", came, NOON)
    with office.trail.turn() as turn:
        turn.change("lists refresh", "ads", why="w", detail={}, files=files)


def _first_run(office: Office) -> None:
    accounts = Accounts(office.folder / "new")
    token = accounts.first_run_file.read_text()
    with office.trail.turn() as turn:
        files, user = accounts.first_run(token, "officer9", KEPT)
        turn.change("user add", user.name, why="first run", detail={}, files=files)


def _first_password(office: Office) -> None:
    """As `accounts password` does."""
    with office.trail.turn() as turn:
        file = Accounts(office.state).with_changed(
            "officer1", lambda user: with_first_password(user, "$other")
        )
        turn.change("password reset", "officer1", why="w", detail={}, files=[file])


def _recover(office: Office) -> None:
    """As a login by a recovery code does."""
    with office.trail.turn() as turn:
        file, left = Accounts(office.state).without_recovery_code("officer1", "x")
        turn.change("recovery code used", "officer1", why="", detail={"left": left}, files=[file])


def _by(
    action: Callable[[Backend, Person, dict[str, Any]], object], **values: Any
) -> Callable[[Office], None]:
    def change(office: Office) -> None:
        action(office.desk, ADMIN, {**WHY, **values})

    return change


def _revoke_token(office: Office) -> None:
    token = office.desk.accounts.book().tokens[0]
    people_actions.revoke_token(office.desk, ADMIN, {**WHY, "id": token.id})


_PERSON = {"name": "officer3", "role": "admin", "department": "", "password": ""}

CHANGES: dict[str, tuple[str, Callable[[Office], None]]] = {
    "a name": ("domains add", _add),
    "a name taken off": ("domains remove", _remove),
    "a calendar proposed": ("calendar propose", _propose),
    "a calendar accepted": ("calendar accept", _accept),
    "a day": ("calendar add", _add_day),
    "a day taken back": ("calendar remove", _remove_day),
    "a conditional holiday settled": ("calendar settle", _settle),
    "a day kept": ("calendar keep", _keep),
    "an official table": ("calendar import", _import),
    "a period": ("calendar period add", _add_period),
    "a period taken away": ("calendar period remove", _remove_period),
    "an exemption": ("exempt add", _grant),
    "an exemption revoked": ("exempt revoke", _revoke),
    "an exemption that ended": ("exempt expired", _expire),
    "a negative trust anchor": ("nta add", _add_nta),
    "a negative trust anchor taken away": ("nta remove", _remove_nta),
    "a negative trust anchor that ended": ("nta ended", _end_nta),
    "a pause": ("switch pause", _pause),
    "an emergency": ("switch emergency", _emergency),
    "a switch taken back": ("switch resumed", _resume),
    "a switch that ended": ("switch ended", _end_switch),
    "a rule for a service": ("services set", _set_rule),
    "a rule for a service taken away": ("services unset", _unset_rule),
    "a request": ("report person request", _request),
    "a request approved": ("report person approve", _approve),
    "a request of staff": ("access request", _ask_twice),
    "a request of staff approved": ("exempt add", _approve_asked),
    "a request of staff approved once": ("access request approved once", _approve_once),
    "a request of staff declined": ("access request declined", _decline_asked),
    "requests of staff forgotten": ("access requests forgotten", _forget_asked),
    "a list by URL": ("lists refresh", _list),
    "the first user": ("user add", _first_run),
    "a user changed": ("user change", _by(people_actions.change_user, **_PERSON)),
    "a user shut out": ("user remove", _by(people_actions.remove_user, name="officer3")),
    "a first password": ("password reset", _first_password),
    "a recovery code used": ("recovery code used", _recover),
    "a token": (
        "token add",
        _by(people_actions.add_token, label="x", role="auditor", department="", expires="1d"),
    ),
    "a token revoked": ("token revoke", _revoke_token),
}


@pytest.fixture(scope="module", autouse=True)
def read_before() -> Iterator[None]:
    """What no change writes, the lists that ship and the library's holidays, is read once and not in each child."""
    days = calendar_proposals.propose("MY", "KUL", 2027)
    check_not_public_suffix(from_text("b1.example"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(domain_changes, "all_rows", site_rows)
        patch.setattr(calendar_proposals, "propose", lambda *asked: days)
        yield


@pytest.fixture(scope="module")
def memory() -> Iterator[Path]:
    """A folder where syncing costs nothing, if there is one: some thousand offices are made in it."""
    shared = Path("/dev/shm")
    with TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def office(memory: Path) -> Office:
    folder = memory / "office"
    folder.mkdir()
    (folder / "sm-dns.yaml").write_text(CONFIG)
    for place in ("zones", "calendar"):
        (folder / place).mkdir()
    (folder / "zones" / "social.txt").write_text("old.example\n")
    (folder / "calendar" / "kl-2025.cal").write_text(
        "accepted 2025-01-01T00:00:00Z by o: w\nholiday 2025-08-31 National Day\n"
        "conditional 2025-12-26 2025-12-27 x\nperiod 2025-03-01 2025-03-30 after_start=17:00 Ramadan\n"
    )
    (folder / "calendar" / "kl-2026.proposed").write_text("holiday 2026-08-31 National Day\n")
    made = Office(folder)
    _grant(made)
    _pause(made)
    for name, role in (("officer1", "admin"), ("officer3", "auditor")):
        put(made.desk.accounts.with_user(User(name, role, "", KEPT, recovery=("x",))))
    Accounts(folder / "new").prepare_first_run()
    _request(made)
    _asked(made)
    (folder / "var" / "lists").mkdir()
    put(made.desk.accounts.with_token("t", "auditor", "", NOON, None)[0])
    tiktok = SetRule(ServiceRule("tiktok", "deny"), "officer1", 1, "w")
    put(service_rules_store.with_one(made.settings.state_dir, tiktok))
    anchor = NegativeTrustAnchor("broken.example", 0, int(NOON) + 60, "o", "w")
    put(negative_trust_anchors.with_one(made.settings.state_dir, anchor))
    return made


def run(office: Office, change: Callable[[Office], None], fault: Fault, told: Path) -> int:
    """Have a change meet a fault, in a process of its own: its exit code."""

    def work() -> int:
        with met(fault) as unseen:
            try:
                change(office)
                code = DONE
            except OSError:
                code = REFUSED
        told.write_text("\n".join(fault.points))
        return 98 if unseen else code

    return in_child(work)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", CHANGES)
def test_change_and_record_are_both_there_or_both_not(
    office: Office, memory: Path, name: str, kind: Kind
) -> None:
    action, change = CHANGES[name]
    told = memory / "points"

    def fresh() -> Office:
        shutil.rmtree(memory / "tried", ignore_errors=True)
        return Office(Path(shutil.copytree(office.folder, memory / "tried")))

    whole = fresh()
    before = whole.files()
    assert run(whole, change, Fault(), told) == DONE
    points = told.read_text().splitlines()
    assert whole.records().count(action) == 1 + office.records().count(action)
    changed = {path for path, data in whole.files().items() if before.get(path) != data} | (
        before.keys() - whole.files().keys()
    )
    assert changed, "the row changes nothing"
    for at, point in enumerate(points, start=1):
        if (kind, point) not in _WORTH and kind in ("torn", "barred"):
            continue
        tried = fresh()
        tried.settings = whole.settings
        code = run(tried, change, Fault(kind, at), told)
        where = f"{kind} at {at} of {len(points)}: {point}"
        assert code in (DONE, REFUSED, KILLED), where
        if kind == "barred" and code == REFUSED and _is_recorded(tried, office, action):
            assert len(changed) > 1, (
                where
            )  # it said "recorded, and not in force yet": the next one finishes it
        elif kind in ("once", "full", "barred"):  # the command itself leaves it so, without any help
            _check(tried, office, action, changed, where)
            assert _is_recorded(tried, office, action) is (code == DONE), where
        tried.trail.note("next", "command")  # whatever opens the audit next
        _check(tried, office, action, changed, where)
        left = [str(file) for file in tried.folder.rglob("*") if file.name.endswith((".new", ".intent"))]
        assert left == [], where


def _is_recorded(tried: Office, office: Office, action: str) -> bool:
    return tried.records().count(action) > office.records().count(action)


def _check(tried: Office, office: Office, action: str, changed: set[str], where: str) -> None:
    """The chain holds; what the change touches is as it was or all of it otherwise, and the record says the same."""
    verdict = audit.verify(tried.path)
    assert verdict.ok, (where, verdict)
    is_recorded = _is_recorded(tried, office, action)
    before, after = office.files(), tried.files()
    is_changed = {path: before.get(path) != after.get(path) for path in changed}
    assert set(is_changed.values()) == {is_recorded}, (where, is_recorded, is_changed)
    others = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert others <= changed, (where, others)


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_alone_is_there_or_not_and_the_chain_holds(office: Office, memory: Path, kind: Kind) -> None:
    told = memory / "points"

    def note(one: Office) -> None:
        one.trail.note("looked", "at something")

    def fresh() -> Office:
        shutil.rmtree(memory / "tried", ignore_errors=True)
        return Office(Path(shutil.copytree(office.folder, memory / "tried")))

    assert run(fresh(), note, Fault(), told) == DONE
    points = told.read_text().splitlines()
    assert "fsync" in points and "replace" in points
    for at, point in enumerate(points, start=1):
        tried = fresh()
        code = run(tried, note, Fault(kind, at), told)
        if kind in ("once", "full"):
            assert audit.verify(tried.path).ok, (at, point)
            assert ("looked" in tried.records()) is (code == DONE), (at, point)
        for _ in range(3):  # the same happens to the next ones
            run(tried, note, Fault(kind, at), told)
            assert "names only" not in (str(audit.verify(tried.path).problem or "")), (at, point)
        tried.trail.note("next", "command")
        assert audit.verify(tried.path).ok, (at, point)


def test_a_line_that_was_torn_is_cut_with_a_record_that_says_so_and_never_without(
    office: Office, memory: Path
) -> None:
    """The one that cuts may be killed too, at any point."""

    def note(one: Office) -> None:
        one.trail.note("looked", "at something")

    torn = Office(Path(shutil.copytree(office.folder, memory / "torn")))
    whole = torn.path.read_bytes()
    told = memory / "points"
    for at in range(1, 60):
        torn.path.write_bytes(whole + b'{"seq":99,"at":"2026')
        code = run(torn, note, Fault("killed", at), told)
        torn.trail.note("next", "command")
        assert audit.verify(torn.path).ok
        said = [each.why for each in audit.read(torn.path) if each.action == audit.RECOVERED]
        assert said and '{"seq":99,"at":"2026' in said[0]
        shutil.copy(office.folder / "var" / f"{audit.FILE}.head", torn.folder / "var" / f"{audit.FILE}.head")
        if code == DONE:
            return
    raise AssertionError("the command was killed each time")
