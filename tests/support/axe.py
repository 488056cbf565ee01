"""What axe-core finds in a page that a real browser shows."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.support.browser import Browser
from tests.support.window import DESKTOP

WRONG = ("moderate", "serious", "critical")
PHONE = (390, 844)
_PACKAGE = "axe_playwright_python"  # of it the engine alone: nothing of Playwright is used
_SHOWN = 4  # elements of one finding that are told


@cache
def engine() -> str:
    """The engine's script."""
    found = find_spec(_PACKAGE)
    assert found is not None and found.origin is not None, "the extra test has it"
    return (Path(found.origin).parent / "axe.min.js").read_text()


def violations(page: Browser, impacts: tuple[str, ...], rules: tuple[str, ...] = ()) -> list[str]:
    """One line a rule that the page breaks with one of `impacts`; `rules`: these alone."""
    if not page.ask("typeof axe !== 'undefined'"):
        page.ask(f"{engine()};0")
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    found = page.ask(
        f"axe.run(document, {json.dumps(options)}).then(all => all.violations.map(one => ["
        "one.impact, one.id, one.help, one.nodes.map(node => node.target.join(' ') + ' ' + node.any.map("
        "each => each.message).join('; '))]))"
    )
    return [
        f"{impact} {name}: {text}: {nodes[:_SHOWN]} of {len(nodes)}"
        for impact, name, text, nodes in found
        if impact in impacts
    ]


def looked_at(page: Browser) -> list[str]:
    """What is wrong with the page that is open, in every light and on a telephone."""
    return [*looked_at_by_day(page), *looked_at_on_a_telephone(page)]


def looked_at_by_day(page: Browser) -> list[str]:
    """What is wrong with the page that is open, in a window by day."""
    page.size(*DESKTOP)
    page.colours("light")
    return violations(page, WRONG)


def looked_at_on_a_telephone(page: Browser) -> list[str]:
    """What is wrong with it on a telephone at night."""
    page.size(*PHONE)
    page.colours("dark")
    found = [f"telephone: {line}" for line in violations(page, WRONG)]
    assert page.ask("document.documentElement.scrollWidth - innerWidth") <= 0, "wider than a telephone"
    return found
