"""The chart of a run: CPU a query, horizontal bars, one panel for each kind of work, as SVG for light and dark pages.

python -m tests.bench.chart FILE.json FILE.svg
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from statistics import median
from typing import Any

OURS = "sm-dns"  # and every name that begins so
TITLES = {
    "denied": "Denied names",
    "cached": "Cached names",
    "mixed": "Mixed, as in an office",
    "misses": "Misses, forwarded over UDP",
}

WIDTH = 900
MARGIN = 20
GAP = 36  # between the two columns
COLUMN = (WIDTH - 2 * MARGIN - GAP) // 2
NAMES = 178  # pixels for the names of peers
VALUES = 44  # and for the figures
BARS = COLUMN - NAMES - VALUES
ROW, BAR = 22, 14
HEAD, PANEL_HEAD, FOOT = 66, 34, 18

_STYLE = """\
text { font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328 }
.title { font-size: 17px; font-weight: 600 }
.panel { font-size: 14px; font-weight: 600 }
.note { font-size: 12px; fill: #59636e }
.ours { font-weight: 600 }
.page { fill: #ffffff }
.bar { fill: #afb8c1 }
.bar.ours { fill: #0a7d55 }
.axis { stroke: #d1d9e0 }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc }
  .note { fill: #9198a1 }
  .page { fill: #0d1117 }
  .bar { fill: #4d5661 }
  .bar.ours { fill: #3fb57f }
  .axis { stroke: #3d444d }
}
"""


def draw(work: Mapping[str, Mapping[str, float]], machine: str) -> str:
    """The chart of microseconds by kind of work and peer; kinds without a title are left out."""
    kinds = [kind for kind in TITLES if kind in work]
    rows = max(len(work[kind]) for kind in kinds)
    height = PANEL_HEAD + rows * ROW
    total = HEAD + (len(kinds) + 1) // 2 * (height + FOOT)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {total}" width="{WIDTH}" height="{total}"'
        ' role="img" aria-labelledby="what">',
        f'<title id="what">{escape(_in_words(work, kinds))}</title>',
        f"<style>\n{_STYLE}</style>",
        f'<rect class="page" width="{WIDTH}" height="{total}" rx="6"/>',
        f'<text class="title" x="{MARGIN}" y="32">CPU time of a query, microseconds (less is better)</text>',
        f'<text class="note" x="{MARGIN}" y="52">one worker or thread each, in turn on one core; '
        f"{escape(machine)}</text>",
    ]
    for number, kind in enumerate(kinds):
        x = MARGIN + number % 2 * (COLUMN + GAP)
        y = HEAD + number // 2 * (height + FOOT)
        parts += _panel(TITLES[kind], work[kind], x, y)
    return "\n".join([*parts, "</svg>\n"])


def medians(document: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """What is drawn of what `report.document` wrote."""
    return {
        kind: {peer: median(one["cpu_us"] for one in rounds) for peer, rounds in peers.items()}
        for kind, peers in document["work"].items()
    }


def _panel(title: str, figures: Mapping[str, float], x: int, y: int) -> Iterator[str]:
    most = max(figures.values())
    left = x + NAMES
    yield f'<text class="panel" x="{x}" y="{y + 20}">{escape(title)}</text>'
    for row, (peer, value) in enumerate(sorted(figures.items(), key=lambda item: item[1])):
        top = y + PANEL_HEAD + row * ROW
        line = top + BAR - 2
        ours = " ours" if peer.startswith(OURS) else ""
        length = max(round(BARS * value / most), 1)
        yield f'<text class="name{ours}" x="{left - 8}" y="{line}" text-anchor="end">{escape(peer)}</text>'
        yield f'<rect class="bar{ours}" x="{left}" y="{top}" width="{length}" height="{BAR}"/>'
        yield f'<text class="value{ours}" x="{left + length + 6}" y="{line}">{_shown(value)}</text>'
    bottom = y + PANEL_HEAD + len(figures) * ROW - (ROW - BAR) + 3
    yield f'<line class="axis" x1="{left}" y1="{y + PANEL_HEAD - 3}" x2="{left}" y2="{bottom}"/>'


def _in_words(work: Mapping[str, Mapping[str, float]], kinds: list[str]) -> str:
    """What a screen reader says."""
    return "CPU microseconds of a query. " + " ".join(
        f"{TITLES[kind]}: {', '.join(f'{peer} {_shown(value)}' for peer, value in work[kind].items())}."
        for kind in kinds
    )


def _shown(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def main() -> int:
    """Draw the chart of a file that `python -m tests.bench --json` wrote."""
    source, target = map(Path, sys.argv[1:])
    document = json.loads(source.read_text())
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(draw(medians(document), document["machine"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
