"""Debian's chromium without a screen, driven over its own driver; nothing is fetched from anywhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 60
DESKTOP, PHONE = (1280, 900), (375, 812)

T = TypeVar("T")


class Browser:
    """One window. Pages are waited for by what they show, never by time."""

    def __init__(self, address: str, directory: Path) -> None:
        self._address = address
        options = ChromeOptions()
        options.binary_location = shutil.which("chromium") or "chromium"
        for word in (
            "--headless=new",
            "--no-sandbox",  # tests may run as root
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--hide-scrollbars",
            "--force-color-profile=srgb",
            f"--user-data-dir={directory}",
        ):
            options.add_argument(word)
        service = ChromeService(shutil.which("chromedriver") or "chromedriver")
        self._driver = Chrome(options=options, service=service)
        self._driver.set_page_load_timeout(PATIENCE)
        self.resize(DESKTOP)

    def close(self) -> None:
        self._driver.quit()

    def resize(self, size: tuple[int, int]) -> None:
        """The size of the page itself, as a phone or a screen has it."""
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def dark(self, on: bool) -> None:
        feature = {"name": "prefers-color-scheme", "value": "dark" if on else "light"}
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})

    def open(self, path: str) -> None:
        self._driver.get(self._address + path)

    @property
    def path(self) -> str:
        return self._driver.current_url.removeprefix(self._address)

    @property
    def text(self) -> str:
        return self._driver.find_element(By.TAG_NAME, "body").text

    @property
    def language(self) -> str | None:
        return self._driver.find_element(By.TAG_NAME, "html").get_attribute("lang")

    def overflow(self) -> int:
        """How many pixels the page is wider than its window."""
        script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self._driver.execute_script(script))

    def complaints(self) -> list[str]:
        """What the page wrote to the console: refused scripts and styles, errors."""
        return [entry["message"] for entry in self._driver.get_log("browser")]  # type: ignore[no-untyped-call]

    def find(self, css: str) -> WebElement:
        return self._driver.find_element(By.CSS_SELECTOR, css)

    def fill(self, form: str, **fields: str) -> None:
        """Type into the fields of the form that a CSS selector finds."""
        for name, value in fields.items():
            field = self.find(f"{form} [name='{name}']")
            if field.tag_name == "select":
                field.find_element(By.CSS_SELECTOR, f"option[value='{value}'], option").is_displayed()
                self._driver.execute_script("arguments[0].value = arguments[1]", field, value)
            elif field.get_attribute("type") == "checkbox":
                field.click()
            else:
                field.clear()
                field.send_keys(value)

    def send(self, form: str) -> None:
        """Press the button of a form and wait for the page after it."""
        page = self._driver.find_element(By.TAG_NAME, "html")
        self.find(f"{form} button").click()
        self.until(lambda: is_gone(page))

    def reveal(self, css: str) -> None:
        """Open what is folded away."""
        self._driver.execute_script("arguments[0].open = true", self.find(css))

    def until(self, fact: Callable[[], T]) -> T:
        return WebDriverWait(self._driver, PATIENCE, poll_frequency=0.05).until(lambda _: fact())

    def picture(self, path: Path) -> None:
        """The whole page into a file."""
        height = int(self._driver.execute_script("return document.documentElement.scrollHeight"))
        width = int(self._driver.execute_script("return window.innerWidth"))
        self.resize((width, min(height, 2400)))
        self._driver.save_screenshot(str(path))


def is_gone(element: WebElement) -> bool:
    """Whether an element belongs to a page that was left."""
    from selenium.common.exceptions import StaleElementReferenceException

    try:
        element.is_enabled()
    except StaleElementReferenceException:
        return True
    return False
