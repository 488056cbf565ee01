"""The documents are true where that can be checked: links, commands, files, tests, options and bounds."""

from __future__ import annotations

import importlib
import itertools
import re
from pathlib import Path

import click
import pytest

from sm_dns.cli.main import COMMANDS, cli
from sm_dns.resolve.pipeline import STAGES

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "zones" / "README.md", *(ROOT / "docs").rglob("*.md")]
)

_LINK = re.compile(r"\]\(([^)\s]+)\)")
# `sm-dns` and what follows it in a code span or on a line of code; a name of a file or unit is not a command.
_COMMAND = re.compile(r"(?:`|\$ |\$\(|sudo |/bin/|^    )sm-dns ([a-z]+)(?: ([a-z]+))?([^`\n]*)", re.MULTILINE)
_OPTION = re.compile(r"(?<=\s)(--[a-z-]+|-h)\b")
_BOUND = re.compile(r"^\| `([A-Z_]+)` \| ([0-9.]+) \| `sm_dns/([a-z0-9_/]+)\.py` \|", re.MULTILINE)
_FILE = re.compile(r"`((?:sm_dns|tests|systemd|config)/[a-z0-9_./-]+\.[a-z]+)`")
_MODULE = re.compile(r"`([a-z0-9_/]+\.py)`")
_TEST = re.compile(r"`(test_[a-z0-9_]+)`")
_MACHINE = re.compile(r"/work\b|/root\b|/home/|/tmp\b|site-packages/pip")


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def anchors(document: Path) -> set[str]:
    """The anchors that a reader's browser finds: headings in lower case, hyphens for spaces, no punctuation."""
    outside_code = re.sub(r"^```.*?^```", "", text_of(document), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", outside_code, re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}


each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


@each_document
def test_links_lead_somewhere(document: Path) -> None:
    for link in _LINK.findall(text_of(document)):
        if link.startswith(("https://", "http://")):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_each_page_of_a_way_through_leads_to_the_next() -> None:
    """README names the ways of the three readers; the last line of each page says what comes after it."""
    ways = [
        re.findall(r"\(docs/(\w+\.md)\)", row)
        for row in text_of(ROOT / "README.md").splitlines()
        if "→" in row
    ]
    assert len(ways) == 3
    led = {(page, following) for way in ways for page, following in itertools.pairwise(way)}
    for page, following in led:
        assert (
            text_of(ROOT / "docs" / page).splitlines()[-1].startswith(f"Next: [{following}]({following}), ")
        ), page
    every = {path.name for path in (ROOT / "docs").glob("*.md")}
    elsewhere = {"translating.md", "glossary.md", "development.md", "performance.md"}
    assert {page for way in ways for page in way} == every - elsewhere


@each_document
def test_commands_exist(document: Path) -> None:
    for name, second, rest in _COMMAND.findall(text_of(document)):
        assert name in COMMANDS, name
        command = cli.get_command(click.Context(cli), name)
        if isinstance(command, click.Group) and second:
            assert second in command.commands, f"{name} {second}"
            command = command.commands[second]
            third = rest.split(maxsplit=1)[:1]
            if isinstance(command, click.Group) and third:
                assert third[0] in command.commands, f"{name} {second} {third[0]}"
                command = command.commands[third[0]]
        assert command is not None
        known = {option for each in command.params for option in each.opts}
        assert set(_OPTION.findall(rest)) <= known, f"{name} {second}{rest}"


@each_document
def test_no_path_of_a_machine(document: Path) -> None:
    assert not _MACHINE.search(text_of(document))


@each_document
def test_files_that_are_named_exist(document: Path) -> None:
    for name in _FILE.findall(text_of(document)):
        assert (ROOT / name).is_file(), name


def test_tests_that_are_named_exist() -> None:
    defined = set()
    for source in (ROOT / "tests").rglob("test_*.py"):
        defined |= {source.stem, *re.findall(r"def (test_\w+)", source.read_text(encoding="utf-8"))}
    for document in DOCUMENTS:
        assert set(_TEST.findall(text_of(document))) <= defined


def test_bounds_are_those_of_the_code() -> None:
    rows = _BOUND.findall(text_of(ROOT / "docs" / "bounds.md"))
    for name, value, module in rows:
        dotted = f"sm_dns.{module.removesuffix('/__init__').replace('/', '.')}"
        assert getattr(importlib.import_module(dotted), name) == float(value), f"{module}: {name}"


def test_no_bound_is_left_out() -> None:
    rows = {(module, name) for name, _, module in _BOUND.findall(text_of(ROOT / "docs" / "bounds.md"))}
    for source in (ROOT / "sm_dns").rglob("*.py"):
        module = source.relative_to(ROOT / "sm_dns").with_suffix("").as_posix()
        for name in re.findall(
            r"^(MAX_\w+|\w+_(?:SECONDS|MAX))(?:: Final)? = ", source.read_text(encoding="utf-8"), re.MULTILINE
        ):
            assert name.startswith("_") or (module, name) in rows, f"{module}: {name}"


def test_every_stage_is_mentioned_in_the_manual() -> None:
    manual = text_of(ROOT / "docs" / "administration.md")
    assert [stage.name for stage in STAGES if f"`{stage.name}`" not in manual] == []


def test_files_that_are_named_by_their_end_exist() -> None:
    files = [f"/{path.relative_to(ROOT)}" for path in (ROOT / "sm_dns").rglob("*.py")]
    files += [f"/{path.relative_to(ROOT)}" for path in (*ROOT.glob("*.py"), *(ROOT / "tests").rglob("*.py"))]
    named = set(_MODULE.findall(text_of(ROOT / "docs" / "development.md")))
    assert [name for name in named if not any(file.endswith(f"/{name}") for file in files)] == []
    assert len(named) > 50


def test_every_command_is_mentioned_in_the_manual() -> None:
    manual = text_of(ROOT / "docs" / "administration.md") + text_of(ROOT / "docs" / "install.md")
    mentioned = {name for name, _, _ in _COMMAND.findall(manual)}
    assert mentioned == set(COMMANDS)
