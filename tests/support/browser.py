"""A real chromium without a window, driven over its own pipe (Chrome DevTools Protocol), nothing between."""

from __future__ import annotations

import base64
import itertools
import json
import os
import select
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import require
from tests.support.processes import PATIENCE

_KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), " ": (32, " "), "ArrowRight": (39, ""), "ArrowDown": (40, "")}
_PIPE = (3, 4)  # where chromium reads commands, where it writes answers


class Browser:
    """One page of a browser. Every wait ends after `PATIENCE` seconds."""

    def __init__(self, to: int, answers: int) -> None:
        self._to, self._from = to, answers
        self._numbers = itertools.count(1)
        self._rest = b""
        self._session = ""
        self.requested: list[str] = []
        self.said: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._call(f"{domain}.enable")

    def size(self, width: int, height: int) -> None:
        """Look through a window of so many CSS pixels, a phone's where it is narrow."""
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if width < 600 else 1,
            mobile=width < 600,
        )

    def colours(self, scheme: str) -> None:
        """Prefer "light" or "dark", and nothing that moves: what is looked at stands still."""
        wanted = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        features = [{"name": name, "value": value} for name, value in wanted.items()]
        self._call("Emulation.setEmulatedMedia", features=features)

    def cookie(self, url: str, name: str, value: str) -> None:
        """Have a cookie for a site."""
        self._call("Network.setCookie", url=url, name=name, value=value)

    def forget_cookies(self) -> None:
        """Have no cookie any more."""
        self._call("Network.clearBrowserCookies")

    def press(self, key: str, modifiers: int = 0) -> None:
        """Press and let go of a key as a hand does: "Tab", "Enter", " ". modifiers: 8 for Shift."""
        code, text = _KEYS[key]
        named: dict[str, Any] = {
            "key": key,
            "code": "Space" if key == " " else key,
            "windowsVirtualKeyCode": code,
            "modifiers": modifiers,
        }
        down = {"type": "keyDown", "text": text} if text else {"type": "rawKeyDown"}
        self._call("Input.dispatchKeyEvent", **down, **named)
        self._call("Input.dispatchKeyEvent", type="keyUp", **named)

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self._call("Input.insertText", text=text)

    def open(self, url: str) -> None:
        """Go to a page and wait until it is loaded."""
        self.requested.clear()
        self._call("Page.navigate", url=url)
        deadline = time.monotonic() + PATIENCE
        while self.ask("document.readyState + location.href") != f"complete{url}":
            assert time.monotonic() < deadline, f"not loaded: {url}"
            time.sleep(0.02)

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        found = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def picture(self, path: Path, *, whole: bool = True) -> None:
        """Write a PNG of the page, `whole` or what the window shows."""
        found = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(found["data"]))

    def paper(self, path: Path) -> None:
        """Print the page on A4."""
        found = self._call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)
        path.write_bytes(base64.b64decode(found["data"]))

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                found: dict[str, Any] = answer["result"]
                return found
            self._note(answer)

    def _note(self, event: dict[str, Any]) -> None:
        if event.get("method") == "Network.requestWillBeSent":
            self.requested.append(event["params"]["request"]["url"])
        elif event.get("method") == "Log.entryAdded":
            self.said.append(event["params"]["entry"]["text"])

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._from], [], [], PATIENCE)
            assert ready, "the browser says nothing"
            data = os.read(self._from, 1 << 20)
            assert data, "the browser has ended"
            self._rest += data
        message, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


@contextmanager
def browser(directory: Path, *options: str, prefix: Sequence[str] = ()) -> Iterator[Browser]:
    """A browser for the length of a block; its profile lies in the directory. `prefix` runs it somewhere else."""
    require("chromium")
    commands, to = os.pipe()
    answers, out = os.pipe()
    # The shell puts the pipes where chromium looks for them and becomes chromium.
    wiring = f'exec {_PIPE[0]}<&{commands} {_PIPE[1]}>&{out}; exec "$@"'
    command = [
        *prefix,
        "chromium",
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--no-first-run",
        "--disable-background-networking",
        "--remote-debugging-pipe",
        f"--user-data-dir={directory / 'profile'}",
        *options,
        "about:blank",
    ]
    with (directory / "chromium.log").open("wb") as log:
        process = subprocess.Popen(
            ("bash", "-c", wiring, "bash", *command), pass_fds=(commands, out), stdout=log, stderr=log
        )
    os.close(commands)
    os.close(out)
    try:
        yield Browser(to, answers)
    finally:
        os.close(to)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(answers)
