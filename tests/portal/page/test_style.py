"""The browser knows style and script by their hashes, and every text stands out from its ground (WCAG 2 AA)."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from sm_dns.portal.page.style import POLICY, SCRIPT, STYLE

PAIRS = [
    ("ink", "paper"),
    ("ink", "bg"),
    ("soft", "paper"),
    ("soft", "bg"),
    ("link", "paper"),
    ("link", "bg"),
    ("ink", "no-bg"),
    ("ink", "yes-bg"),
    ("paper", "link"),
]
SHAPES = [("yes", "paper"), ("no", "paper"), ("no", "no-bg"), ("yes", "yes-bg")]


def test_the_policy_allows_this_style_and_this_script_and_nothing_else() -> None:
    for text in (STYLE, SCRIPT):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in POLICY
    assert POLICY.startswith("default-src 'none';")
    assert not re.search(r"https?:|\*|unsafe|data:", POLICY)
    assert SCRIPT.count("fetch") == SCRIPT.count("fetch(location.href,") == 1  # the page itself, again
    rest = SCRIPT.replace("fetch(location.href,", "")
    assert not re.search(r"url\(|@import|https?:|fetch|XMLHttp|eval|innerHTML", STYLE + rest)


def palettes() -> list[dict[str, str]]:
    blocks = re.findall(r":root\{([^}]*)\}", STYLE)
    assert len(blocks) == 3
    light, dark, paper = (dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{3,6})", block)) for block in blocks)
    return [light, {**light, **dark}, {**light, **paper}]


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("number", [0, 1, 2], ids=["light", "dark", "paper"])
def test_contrast(number: int) -> None:
    palette = palettes()[number]
    for ink, ground in PAIRS:
        assert contrast(palette[ink], palette[ground]) >= 4.5, (ink, ground)
    for shape, ground in SHAPES:
        assert contrast(palette[shape], palette[ground]) >= 3, (shape, ground)
