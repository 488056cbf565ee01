"""Generations of a small site, kept one after the other; read back as people ask for them."""

from __future__ import annotations

import errno
import os
import shutil
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sm_dns.dns.names import from_text
from sm_dns.history import shelf as shelves
from sm_dns.history.keeper import Keeper
from sm_dns.history.past import Damaged, Held, held, held_at, kept
from sm_dns.history.shelf import Shelf
from sm_dns.history.version import BY_HAND
from sm_dns.policy.decide import decide
from sm_dns.state import audit
from sm_dns.util.errors import BadInput
from tests.support.site import NOON, Site

ZONE = ZoneInfo("Asia/Kuala_Lumpur")
DAY = 86_400.0


def _record(site: Site, action: str, target: str, why: str = "") -> None:
    audit.append(site.state / audit.FILE, at=NOON, who="ana", action=action, target=target, why=why)


class Story:
    """One site, its keeper, and how it goes on."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.shelf = Shelf(site.state)
        self.keeper = Keeper(site.state)

    def keep(self, since: float) -> int:
        """Compile the files and keep what comes out."""
        self.keeper.compiling()
        return self.keeper.keep(self.site.compile(), since, since)

    def versions(self) -> list[Held]:
        """All that can be read, the oldest first."""
        return [one for one in kept(self.shelf) if isinstance(one, Held)][::-1]

    def told(self) -> list[list[str]]:
        """The differences of each version."""
        return [[str(each) for each in one.version.difference] for one in self.versions()]


@pytest.fixture
def story(site: Site) -> Story:
    return Story(site)


def test_a_change_is_a_version_with_who_and_why(story: Story) -> None:
    story.keep(NOON)
    _record(story.site, "login", "ana")
    _record(story.site, "domains add", "film.example", "asked by the unit")
    story.site.list("streaming", "film.example")
    story.keep(NOON + 60)
    first, second = story.versions()
    assert (first.version.id, first.until, first.version.causes) == (1, NOON + 60, ())
    (cause,) = second.version.causes
    assert (cause.who, cause.action, cause.target, cause.why) == (
        *("ana", "domains add", "film.example", "asked by the unit"),
    )
    assert (second.version.since, second.until) == (NOON + 60, None)
    assert story.told() == [
        ["the first version that is kept"],
        ["list site:streaming.txt: +1 −0 names (+film.example)"],
    ]


def test_what_says_the_same_is_no_version_nor_is_a_restart(story: Story) -> None:
    story.keep(NOON)
    story.keep(NOON + 60)
    story.keeper = Keeper(story.site.state)
    story.keep(NOON + 120)
    assert [(one.version.id, one.until) for one in story.versions()] == [(1, None)]


def test_each_version_answers_as_it_did(story: Story) -> None:
    story.keep(NOON)
    story.site.list("streaming", "film.example")
    story.keep(NOON + 60)
    story.site.list("streaming", "other.example")
    story.keep(NOON + 120)
    found = []
    for at in (NOON + 59.9, NOON + 60, NOON + 119.9, NOON + 120, NOON + DAY):
        one = held_at(story.shelf, at, ZONE)
        with story.shelf.snapshot(one.version) as snapshot:
            client = snapshot.clients.classify("10.0.0.1")
            assert client is not None
            found.append((one.version.id, decide(snapshot, client, from_text("film.example"), at).action))
    assert found == [(1, "forward"), (2, "deny"), (2, "deny"), (3, "forward"), (3, "forward")]


def test_before_the_first_nothing_is_known(story: Story) -> None:
    with pytest.raises(BadInput, match="no policy of the past is kept"):
        held_at(story.shelf, NOON, ZONE)
    story.keep(NOON)
    with pytest.raises(BadInput, match="what is kept begins at 2026-08-10T12:00:00"):
        held_at(story.shelf, NOON - 1, ZONE)


def test_the_same_lists_are_there_once(story: Story) -> None:
    story.keep(NOON)
    for number in range(3):
        text = story.site.config.read_text()
        story.site.config.write_text(
            text.replace("groups: [", f"groups: [{{name: g{number}, clients: [10.{number}.0.0/16]}}, ")
        )
        story.keep(NOON + 60 + number)
    assert len(story.versions()) == 4
    assert len(list(story.shelf.folder.glob("names-*"))) == 1


def test_an_edit_by_hand_is_told_as_such(story: Story) -> None:
    story.keep(NOON)
    story.site.config.write_text(story.site.config.read_text() + "services: {youtube: deny}\n")
    _record(story.site, "audit viewed", "")
    story.keep(NOON + 60)
    (cause,) = story.versions()[-1].version.causes
    assert (cause.who, cause.action, cause.target) == ("", BY_HAND, str(story.site.config))
    assert story.told()[-1] == ["a rule for service youtube was set: deny for everybody"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a file to somebody else")
def test_who_put_another_file_in_its_place_is_named(story: Story) -> None:
    story.keep(NOON)
    new = story.site.config.with_name("new.yaml")
    new.write_text(story.site.config.read_text() + "services: {youtube: deny}\n")
    os.chown(new, 1, -1)
    new.replace(story.site.config)
    story.keep(NOON + 60)
    assert story.versions()[-1].version.causes[0].who == "daemon"
    story.site.config.write_text(story.site.config.read_text().replace("youtube: deny", "youtube: permit"))
    story.keep(NOON + 120)
    assert story.versions()[-1].version.causes[0].who == ""  # in place: whoever may write it did


def test_a_policy_whose_configuration_is_gone_is_kept(story: Story) -> None:
    """The last good one may be in force without it."""
    made = story.site.compile()
    story.site.config.unlink()
    story.keeper.keep(made, NOON, NOON)
    assert [one.version.configuration for one in story.versions()] == [""]


def test_a_record_of_a_command_hides_no_edit_of_the_configuration(story: Story) -> None:
    story.keep(NOON)
    _record(story.site, "exempt add", "e1")
    story.site.config.write_text(story.site.config.read_text() + "services: {youtube: deny}\n")
    story.keep(NOON + 60)
    assert [one.action for one in story.versions()[-1].version.causes] == ["exempt add", BY_HAND]


@pytest.mark.parametrize(
    "action",
    [
        *("access request", "access request approved once", "access request declined"),
        *("access requests forgotten", "requests viewed", "person requests viewed"),
    ],
)
def test_what_staff_ask_and_who_looks_hides_no_edit_of_the_configuration(story: Story, action: str) -> None:
    """Anybody at a block page makes such a record."""
    story.keep(NOON)
    _record(story.site, action, "9f31c2aa")
    story.site.config.write_text(story.site.config.read_text() + "services: {youtube: deny}\n")
    story.keep(NOON + 60)
    assert [one.action for one in story.versions()[-1].version.causes] == [BY_HAND]


@pytest.mark.parametrize(
    "action", ["exempt add", "services set", "switch pause", "calendar add", "lists refresh"]
)
def test_a_record_of_a_command_hides_no_edit_of_a_file_that_it_does_not_write(
    story: Story, action: str
) -> None:
    story.keep(NOON)
    _record(story.site, action, "e1")
    story.site.config.write_text(story.site.config.read_text() + "services: {youtube: deny}\n")
    path = story.site.list("streaming", "film.example")
    story.keep(NOON + 60)
    causes = story.versions()[-1].version.causes
    assert [one.action for one in causes] == [action, BY_HAND, BY_HAND]
    assert {one.target for one in causes[1:]} == {str(story.site.config), str(path)}


def test_holidays_that_are_only_proposed_are_no_edit_by_hand(story: Story) -> None:
    folder = story.site.config.parent / "calendar"
    folder.mkdir()
    story.keep(NOON)
    (folder / "putrajaya-2028.proposed").write_text("")
    story.site.config.write_text(story.site.config.read_text() + "services: {youtube: deny}\n")
    story.keep(NOON + 60)
    assert [one.target for one in story.versions()[-1].version.causes] == [str(story.site.config)]


def test_what_was_recorded_and_changed_nothing_is_no_cause_later(story: Story) -> None:
    story.keep(NOON)
    _record(story.site, "calendar settle", "2026-08-31")
    story.keeper.compiling()
    story.keeper.nothing_new()
    _record(story.site, "domains add", "film.example")
    story.site.list("streaming", "film.example")
    story.keep(NOON + 60)
    assert [one.action for one in story.versions()[-1].version.causes] == ["domains add"]


def _full(*given: object, **named: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_what_cannot_be_kept_is_a_finding_and_a_gap(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """No other version answers for the one that is lost."""
    story.keep(NOON)
    with monkeypatch.context() as full:
        full.setattr(shelves, "atomic_write", _full)
        story.site.list("streaming", "film.example")
        story.keep(NOON + 60)
        (told,) = story.keeper.findings()
        assert told.level == "warning" and "No space left on device" in str(told.text)
        assert "since 2026-08-10T04:01:00Z" in str(told.text)
    story.site.list("streaming", "other.example")
    story.keep(NOON + 120)
    assert story.keeper.findings() == []
    assert held_at(story.shelf, NOON + 59, ZONE).version.id == 1
    assert held_at(story.shelf, NOON + 120, ZONE).version.id == 2
    for lost in (NOON + 60, NOON + 119):
        with pytest.raises(BadInput, match="could not be written into the history"):
            held_at(story.shelf, lost, ZONE)


def test_what_could_not_be_kept_is_kept_from_when_it_held(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(shelves, "atomic_write", _full)
        story.keep(NOON)
    story.keeper.keep(story.site.compile(), NOON, NOON + 600)
    (one,) = story.versions()
    assert (one.version.since, one.version.lost_since) == (NOON, None)


def test_a_damaged_version_is_told_and_answers_nothing(story: Story) -> None:
    for number in range(3):
        story.site.list("streaming", f"film{number}.example")
        story.keep(NOON + 60 * number)
    (story.shelf.folder / "00000002.json").write_text("{")
    assert [one.version.id for one in story.versions()] == [1, 3]
    with pytest.raises(BadInput, match="damaged"):
        held_at(story.shelf, NOON + 61, ZONE)


def test_a_version_that_is_missing_is_told_and_answers_nothing(story: Story) -> None:
    """That before it does not answer in its place."""
    for number in range(3):
        story.site.list("streaming", f"film{number}.example")
        story.keep(NOON + 60 * number)
    (story.shelf.folder / "00000002.json").unlink()
    assert [one.id for one in kept(story.shelf) if isinstance(one, Damaged)] == [2]
    with pytest.raises(BadInput, match="missing"):
        held_at(story.shelf, NOON + 61, ZONE)
    with pytest.raises(BadInput, match="missing"):
        held(story.shelf, 2)
    assert held_at(story.shelf, NOON + 120, ZONE).version.id == 3
    with pytest.raises(BadInput, match="damaged"):  # when the damaged one began is not known
        held_at(story.shelf, NOON + 1, ZONE)
    assert held_at(story.shelf, NOON + 120, ZONE).version.id == 3


def test_damaged_names_answer_nothing(story: Story) -> None:
    story.keep(NOON)
    (names,) = story.shelf.folder.glob("names-*")
    octets = bytearray(names.read_bytes())
    octets[len(octets) // 2] ^= 0xFF
    names.write_bytes(octets)
    with pytest.raises(BadInput, match="cannot be read"), story.shelf.snapshot(story.versions()[0].version):
        pass


@pytest.mark.parametrize(
    ("bound", "value"),
    [("MAX_VERSIONS", 2), ("MAX_AGE_SECONDS", DAY), ("MAX_BYTES", 1)],
)
def test_what_is_beyond_a_bound_goes_the_oldest_first(
    story: Story, monkeypatch: pytest.MonkeyPatch, bound: str, value: Any
) -> None:
    gone = []
    for number in range(4):
        story.site.list("streaming", f"film{number}.example")
        if number == 3:
            monkeypatch.setattr(shelves, bound, value)
        gone.append(story.keep(NOON + number * DAY))
    left = {"MAX_VERSIONS": [3, 4], "MAX_AGE_SECONDS": [2, 3, 4], "MAX_BYTES": [4]}[bound]
    assert [one.version.id for one in story.versions()] == left
    assert gone == [0, 0, 0, 4 - len(left)]
    assert len(list(story.shelf.folder.glob("names-*"))) == len(left)
    with story.shelf.snapshot(story.versions()[-1].version) as snapshot:
        assert len(snapshot.names) > 0


def test_a_history_that_is_gone_begins_anew(story: Story) -> None:
    story.keep(NOON)
    shutil.rmtree(story.shelf.folder)
    story.keep(NOON + 60)
    assert [(one.version.id, one.version.since) for one in story.versions()] == [(1, NOON + 60)]
