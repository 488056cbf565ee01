"""What is offered about each finding."""

from __future__ import annotations

import ast

from sm_dns.diagnose.remedies import WAYS, remedy
from sm_dns.i18n.catalogue import FOLDER as CATALOGUES
from sm_dns.i18n.po_file import read_po
from sm_dns.util.message import Message
from sm_dns.web.action_registry import ACTIONS
from sm_dns.web.registry import PAGES
from tests.catalogues.source import constants, modules, spoken

CONFIG = "/etc/sm-dns/sm-dns.yaml"
ON_THE_SERVER = ("builder/start_plan.py", "diagnose/probe.py")  # what `check` alone says
WITHOUT = {
    "{reason}",
    "{part} is left out since {since}: {reason}",
    "it cannot be told who is where: {reason}",
} | {
    "who is where: {reason}",
    "{part} is back or wanted no more; it was left out since {since}",
}
"""Of these nobody knows from the sentence alone what they are about: `check` tells."""


def told(names: tuple[str, ...]) -> set[str]:
    """The sentences that the service tells by calls of these names."""
    at = {"finding": 1, "alarm": 0}
    return {
        text
        for place, tree in modules()
        if str(place) not in ON_THE_SERVER
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (name := getattr(node.func, "id", getattr(node.func, "attr", ""))) in names
        and len(node.args) > at[name]
        for text in constants(node.args[at[name]])
    }


def test_every_finding_and_alarm_has_what_is_known_to_mend_it() -> None:
    without = {text for text in told(("finding", "alarm")) if remedy(Message(text), CONFIG).name == "check"}
    assert without == WITHOUT


def test_each_beginning_is_one_of_a_sentence_that_is_said() -> None:
    templates = [each.template for each in spoken()]
    assert [begins for begins in WAYS if not any(each.startswith(begins) for each in templates)] == []


def test_pages_actions_and_words_are_there() -> None:
    texts = {entry.context for entry in read_po(CATALOGUES / "en.po")}
    for way in WAYS.values():
        assert f"page.mend.{way.name}" in texts
        assert not way.page or way.page.partition("#")[0] in {page.path for page in PAGES}
        assert not way.action or way.action in ACTIONS


def test_what_mends_is_filled_in() -> None:
    found = remedy(Message("list {name!r} was never fetched: run `sm-dns lists refresh`", name="ads"), CONFIG)
    assert (found.name, found.action, found.target) == ("refresh", "list-refresh", "ads")
    assert remedy(Message("something odd"), CONFIG).command == f"sudo sm-dns check --config {CONFIG}"
    assert remedy(Message("list {name} kept as it was: {reason}"), CONFIG).target == ""  # of no known list
