"""The house plan, held: docs/development.md says in its table which room may import what, and which are light."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "sm_dns"
MAX_FILES = 20  # of one folder
MAX_SHARE = 0.15  # of all lines, in one room

# What only commands, builds and the dashboard load; where it runs all day, the memory would be lost.
HEAVY = {"argon2", "click", "dns", "holidays", "idna", "jinja2", "publicsuffixlist", "pydantic", "pydantic_core"} | {
    "starlette", "uvicorn", "yaml",
}  # fmt: skip
FOR_ALL = {"native", "native_build"}  # which form of the query path runs: two files beside the rooms


class Room(NamedTuple):
    """A row of the table: whether it is light, and the rooms or modules that it may import."""

    is_light: bool
    imports: frozenset[str]


def _rooms() -> dict[str, Room]:
    text = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (light|heavy) \| .* \| (.*) \|$", text, re.MULTILINE)
    return {
        name: Room(kind == "light", frozenset(re.findall(r"`([\w/]+)`", cell))) for name, kind, cell in rows
    }


ROOMS = _rooms()
SOURCES = sorted(PACKAGE.rglob("*.py"))


def imported_modules(source: Path) -> set[str]:
    """Every module that a source file imports, at any depth of nesting; a module where a name is imported from it."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source}: relative import"
            modules.update(_module(node.module or "", alias.name) for alias in node.names)
    return modules


def _module(parent: str, name: str) -> str:
    below = ROOT.joinpath(*parent.split("."), name)
    return f"{parent}.{name}" if below.with_suffix(".py").exists() or below.is_dir() else parent


def _named_modules(source: Path) -> set[str]:
    """Modules of ours that a source names in a string, as for `python -m` or an import by name."""
    nodes = ast.walk(ast.parse(source.read_text(encoding="utf-8")))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if re.fullmatch(r"sm_dns(\.\w+)+\.?", text)}


def _room(source: Path) -> str:
    parts = source.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


def _ours(modules: set[str]) -> Iterator[str]:
    """Paths of our modules among `modules`, as the table writes them."""
    return (
        module.removeprefix("sm_dns.").replace(".", "/") for module in modules if module.startswith("sm_dns.")
    )


def _is_allowed(path: str, room: str) -> bool:
    parts = path.split("/")
    above = {"/".join(parts[:number]) for number in range(1, len(parts) + 1)}
    return bool(above & ({room} | FOR_ALL | ROOMS[room].imports))


def test_the_table_names_every_room() -> None:
    folders = {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists()}
    assert set(ROOMS) == folders


def test_a_room_imports_only_what_its_row_names() -> None:
    wrong = [
        f"{source.relative_to(PACKAGE)} imports {path}"
        for source in SOURCES
        if _room(source)
        for path in _ours(imported_modules(source))
        if not _is_allowed(path, _room(source))
    ]
    assert wrong == []


def test_what_a_row_names_is_imported() -> None:
    """The table says how things are, not how they were."""
    used = {room: set[str]() for room in ROOMS}
    for source in SOURCES:
        if _room(source):
            used[_room(source)].update(_ours(imported_modules(source)))
    idle = [
        f"{room}: {named}"
        for room, row in ROOMS.items()
        for named in row.imports
        if not any(path == named or path.startswith(f"{named}/") for path in used[room])
    ]
    assert idle == []


def test_no_light_room_imports_what_is_heavy() -> None:
    """Neither a heavy room nor a heavy library, at whatever depth."""
    heavy = HEAVY | {f"sm_dns.{room}" for room, row in ROOMS.items() if not row.is_light}
    wrong = [
        f"{source.relative_to(PACKAGE)} imports {module}"
        for source in SOURCES
        if _room(source) and ROOMS[_room(source)].is_light
        for module in imported_modules(source)
        if {module.split(".")[0], ".".join(module.split(".")[:2])} & heavy
    ]
    assert wrong == []


def test_a_light_room_names_heavy_modules_only_to_run_them_as_children() -> None:
    heavy = {room for room, row in ROOMS.items() if not row.is_light}
    found = {
        (str(source.relative_to(PACKAGE)), path)
        for source in SOURCES
        if _room(source) and ROOMS[_room(source)].is_light
        for path in _ours(_named_modules(source))
        if path.split("/")[0] in heavy
    }
    assert found == CHILDREN


CHILDREN = {
    ("control/processes/fleet_process.py", "fleet/process"),
    ("ipc/children.py", "builder/process"),
    ("ipc/children.py", "cli/child"),
    ("ipc/children.py", "cli/carried"),
    ("control/processes/feeds_process.py", "feeds/process"),
    ("ipc/children.py", "web/carried"),
    ("control/processes/web_process.py", "web/process"),
}


def test_rooms_have_floors() -> None:
    """Whatever a room imports, nothing of that imports it in turn."""
    below = {room: {named.split("/")[0] for named in row.imports} for room, row in ROOMS.items()}
    while below:
        ground = {room for room, rooms in below.items() if not rooms & set(below)}
        assert ground, f"circle among {sorted(below)}"
        below = {room: rooms for room, rooms in below.items() if room not in ground}


def test_no_room_is_too_large() -> None:
    folders = {source.parent for source in SOURCES}
    crowded = [folder for folder in folders if len(list(folder.glob("*.py"))) > MAX_FILES]
    assert crowded == []
    lines = dict.fromkeys(ROOMS, 0)
    for source in SOURCES:
        if _room(source):
            lines[_room(source)] += len(source.read_text(encoding="utf-8").splitlines())
    assert [room for room, number in lines.items() if number > MAX_SHARE * sum(lines.values())] == []


def test_every_room_says_what_it_knows() -> None:
    """A room opens with what it knows, what it must not know, and where to begin reading."""
    silent = [
        room
        for room in ROOMS
        if not all(
            word in (PACKAGE / room / "__init__.py").read_text(encoding="utf-8")
            for word in ("Knows", "Does not know", "Begin with")
        )
    ]
    assert silent == []


def test_dnslib_has_one_door() -> None:
    users = {
        str(source.relative_to(PACKAGE))
        for source in SOURCES
        if any(module.split(".")[0] == "dnslib" for module in imported_modules(source))
    }
    assert users == {"dns/records.py"}


def test_http_is_imported_only_where_it_is_spoken() -> None:
    check = "import sys, sm_dns.serve.worker; sys.exit(bool({'h2', 'httpx'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_what_runs_all_day_loads_nothing_heavy() -> None:
    """The rule as a process sees it, whatever way a module could come in."""
    for process in ("sm_dns.serve.worker", "sm_dns.control.supervisor", "sm_dns.portal.process"):
        check = f"import sys, {process}; sys.exit(' '.join(set(sys.modules) & set({sorted(HEAVY)!r})) or 0)"
        ran = subprocess.run([sys.executable, "-c", check], check=False, capture_output=True, text=True)
        assert (ran.returncode, ran.stderr) == (0, ""), process
