"""`sm-dns top`: the running server, live in the terminal."""

from __future__ import annotations

import os
import select
import shutil
import sys
import termios
import time
import tty
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click

from sm_dns.cli.common import with_settings
from sm_dns.cli.terminal import duration, printable
from sm_dns.cli.texts.group_text import group_line
from sm_dns.ipc import client
from sm_dns.ipc.figures import WorkerFigures
from sm_dns.ipc.requests import TellStatus
from sm_dns.ipc.status import Status, WorkerStatus
from sm_dns.ipc.upstream_state import ANSWERS, IN_WORDS, RESTING, SILENT, together
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput

TURN_SECONDS = 1.0
_ENTER = "\x1b[?1049h\x1b[?25l"  # the other screen, no cursor
_LEAVE = "\x1b[?25h\x1b[?1049l"
_BOLD, _RED, _GREEN, _YELLOW, _DIM, _PLAIN = (f"\x1b[{code}m" for code in (1, 31, 32, 33, 2, 0))

Line = tuple[str, str]
"""A colour and a text: the text alone is cut to the width."""


@click.command("top")
@with_settings
def command(settings: Settings) -> None:
    """Watch the running server: what is open, queries a second, upstreams, findings. q or Ctrl-C ends it."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput("needs a terminal; `sm-dns status` prints the same once")
    before: tuple[float, int] | None = None
    with _screen():
        while True:
            status = client.ask(settings.state_dir, TellStatus())
            now = time.monotonic()
            total = 0 if status is None else status.queries
            rate = None if before is None else max(0.0, (total - before[1]) / (now - before[0]))
            before = (now, total)
            size = shutil.get_terminal_size()
            sys.stdout.write(draw(frame(status, rate), size.columns, size.lines))
            sys.stdout.flush()
            if _told_to_quit():
                return


def frame(status: Status | None, rate: float | None) -> list[Line]:
    """What is shown of a status, and of the queries a second where they are known."""
    if status is None:
        return [(_BOLD, "sm-dns"), (_RED, "not running")]
    since = duration(status.uptime_seconds)
    lines: list[Line] = [(_BOLD, f"sm-dns  up {since}  {' '.join(status.listening)}"), ("", "")]
    lines += [(_GREEN if one.state == "permitted" else _RED, group_line(one)) for one in status.groups]
    lines += [("", ""), ("", _totals(status, rate)), ("", "")]
    lines += [(_DIM, "worker      pid    queries  replayed    cached  under way  restarts")]
    lines += [_worker(worker) for worker in status.workers]
    lines += [("", ""), (_DIM, "upstream                                    latency")]
    lines += list(_upstreams(status.figures))
    counted = status.monitoring.counted if status.monitoring else ()
    if counted:
        lines += [("", ""), (_DIM, "governed queries")]
        lines += [("", f"{category:<14} {outcome:<12} {count:>10}") for category, outcome, count in counted]
    lines.append(("", ""))
    if status.last_error:
        lines.append((_RED, f"NOT RELOADED: {status.last_error}"))
    lines += [(_YELLOW, f"{one.level}: {one.text}") for one in status.findings]
    lines += [(_YELLOW, f"alarm {one.at}: {one.text}") for one in reversed(status.alarms)]
    return lines


def draw(lines: list[Line], columns: int, rows: int) -> str:
    """The octets that paint lines on a screen of a size: what does not fit is left out, and said so."""
    shown = lines
    if len(lines) > rows:
        shown = [*lines[: max(0, rows - 1)], (_DIM, f"... {len(lines) - rows + 1} more lines")]
    painted = [f"{colour}{printable(text)[:columns]}{_PLAIN}\x1b[K" for colour, text in shown[:rows]]
    return "\x1b[H" + "\r\n".join(painted) + "\x1b[J"


def _totals(status: Status, rate: float | None) -> str:
    speed = "-" if rate is None else f"{rate:.1f}"
    flip = status.last_flip
    noticed = f"   last flip noticed {flip.lag_ms} ms late" if flip else ""
    return f"{speed} queries/s   {status.queries} in all   {status.names} names listed{noticed}"


def _worker(worker: WorkerStatus) -> Line:
    figures = worker.figures
    if figures is None:
        return _RED, f"{worker.number:>6}  DOWN"
    queries = figures.queries
    share = f"{100 * figures.memo_hits // queries} %" if queries else "-"
    return "", (
        f"{worker.number:>6} {worker.pid or 0:>8} {queries:>10} {share:>9} {figures.cache_entries:>9}"
        f" {figures.under_way:>10} {worker.restarts:>9}"
    )


def _upstreams(workers: Iterable[WorkerFigures]) -> Iterator[Line]:
    for each in together(workers):
        how = f"{each.latency_ms:>7.1f} ms" if each.state == ANSWERS else IN_WORDS[each.state]
        yield _RED if each.state in (RESTING, SILENT) else "", f"{each.address:<42} {how}"


def _told_to_quit() -> bool:
    """Wait a turn for a key; True for q, and where the terminal is gone."""
    ready, _, _ = select.select([sys.stdin], [], [], TURN_SECONDS)
    return bool(ready) and os.read(sys.stdin.fileno(), 64) in (b"q", b"Q", b"", b"\x1b")


@contextmanager
def _screen() -> Iterator[None]:
    """The other screen and keys without Return; the terminal is as it was afterwards."""
    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    sys.stdout.write(_ENTER)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        sys.stdout.write(_LEAVE)
        sys.stdout.flush()
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
