"""A site looked at in a real browser: pages opened, forms filled and sent, waited for by what they show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.browser import Browser
from tests.support.processes import eventually

DESKTOP, PHONE = (1280, 900), (375, 812)


class Window:
    """One window on a site. Nothing is waited for by time."""

    def __init__(self, page: Browser, address: str) -> None:
        self._page = page
        self._address = address
        self.resize(DESKTOP)

    def resize(self, size: tuple[int, int]) -> None:
        self._page.size(*size)

    def dark(self, on: bool) -> None:
        self._page.colours("dark" if on else "light")

    def open(self, path: str) -> None:
        """Go to a page, or where it sends us, and wait until it is loaded."""
        self._leave(f"location.href = {json.dumps(self._address + path)}")

    @property
    def path(self) -> str:
        return str(self._read("location.href")).removeprefix(self._address)

    @property
    def text(self) -> str:
        return self.text_of("body")

    @property
    def title(self) -> str:
        return str(self._read("document.title"))

    @property
    def language(self) -> str:
        return str(self._read("document.documentElement.lang"))

    def text_of(self, css: str) -> str:
        return str(self._read(f"{_found(css)}.innerText"))

    def overflow(self) -> int:
        """How many pixels the page is wider than its window."""
        whole = "document.documentElement"
        return int(self._read(f"{whole}.scrollWidth - {whole}.clientWidth"))

    def shows(self, css: str) -> bool:
        """Whether what a CSS selector finds lies whole between the sides of the window and of what scrolls."""
        return bool(
            self._read(
                f"(one => {{ const {{left, right}} = one.getBoundingClientRect();"
                " let all = left >= 0 && right <= innerWidth + 1;"
                " for (let up = one.parentElement; up; up = up.parentElement)"
                " if (getComputedStyle(up).overflowX !== 'visible')"
                " all = all && right <= up.getBoundingClientRect().right + 1;"
                f" return all }})({_found(css)})"
            )
        )

    def width(self, css: str) -> float:
        """How wide it is, in CSS pixels."""
        return float(self._read(f"{_found(css)}.getBoundingClientRect().width"))

    def complaints(self) -> list[str]:
        """What the browser said since it was last asked: refused scripts and styles, errors."""
        said = list(self._page.said)
        self._page.said.clear()
        return said

    def fill(self, form: str, **fields: str) -> None:
        """Put values into the fields of the form that a CSS selector finds; a box gets its tick."""
        for name, value in fields.items():
            field = _found(f"{form} [name='{name}']")
            self._page.ask(
                f"{{ const field = {field}; if (field.type === 'checkbox') field.click();"
                f" else field.value = {json.dumps(value)}; }}"
            )

    def send(self, form: str) -> None:
        """Press the button of a form and wait for the page after it."""
        self._leave(f"{_found(f'{form} button')}.click()")

    def reveal(self, css: str) -> None:
        """Open what is folded away."""
        self._page.ask(f"{_found(css)}.open = true")

    def picture(self, path: Path) -> None:
        """The whole page into a file."""
        self._page.picture(path)

    def _read(self, expression: str) -> Any:
        """A value of the page; asked again where the page was just loading itself anew."""
        found: list[Any] = []

        def asked() -> bool:
            try:
                found.append(self._page.ask(expression))
            except AssertionError:
                return False
            return True

        eventually(asked, f"an answer to {expression}")
        return found[0]

    def _leave(self, how: str) -> None:
        self._page.ask("window.before = true")
        self._page.ask(f"{how}; 0")
        eventually(self._arrived, f"a page after {how}")

    def _arrived(self) -> bool:
        try:
            found: Any = self._page.ask("window.before === undefined && document.readyState === 'complete'")
        except AssertionError:
            return False  # asked between two pages
        return bool(found)


def _found(css: str) -> str:
    return f"document.querySelector({json.dumps(css)})"
