"""The real dig, and what it was told."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

DIG_SECONDS = 60


@dataclass
class Told:
    """One answer as dig shows it. `asked` and `got` are the POSIX seconds before and after."""

    asked: float
    got: float
    status: str = ""
    flags: str = ""
    answer: list[list[str]] = field(default_factory=list)
    authority: list[list[str]] = field(default_factory=list)
    ede: dict[int, str] = field(default_factory=dict)
    text: str = ""

    @property
    def data(self) -> list[str]:
        """The data of the last RRset of the answer: the addresses, without the CNAMEs that led there."""
        return [" ".join(record[4:]) for record in self.answer if record[3] == self.answer[-1][3]]

    @property
    def ttls(self) -> list[int]:
        """Every TTL that arrived, and the MINIMUM of an SOA, which is one too."""
        records = [*self.answer, *self.authority]
        return [int(record[1]) for record in records] + [
            int(record[-1]) for record in records if record[3] == "SOA"
        ]

    @property
    def ends(self) -> float:
        """Until when a client may go on using something of it, at the earliest reckoning."""
        return self.asked + max(self.ttls)


def dig(
    address: str, port: int, name: str, qtype: str = "A", *options: str, prefix: Sequence[str] = ()
) -> Told:
    """Ask, three times at most; `prefix` runs dig somewhere else. Raises `AssertionError` where nothing answers."""
    asked = time.time()
    # An option given later wins: the caller's.
    words = (
        *prefix,
        "dig",
        f"@{address}",
        "-p",
        str(port),
        name,
        qtype,
        "+tries=3",
        "+time=5",
        "+nocookie",
        *options,
    )
    done = subprocess.run(words, capture_output=True, text=True, timeout=DIG_SECONDS, check=False)
    told = Told(asked, time.time(), text=done.stdout)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}{done.stderr}"
    _read(told)
    assert told.status, done.stdout
    return told


def _read(told: Told) -> None:
    section: list[list[str]] = []
    for line in told.text.splitlines():
        if found := re.match(r";; ->>HEADER<<- .*status: (\w+)", line):
            told.status = found[1]
        elif found := re.match(r";; flags: ([a-z ]*);", line):
            told.flags = found[1]
        elif found := re.match(r"; EDE: (\d+)[^:]*(?:: \((.*)\))?", line):
            told.ede[int(found[1])] = found[2] or ""
        elif line.startswith(";; ") and line.endswith(" SECTION:"):
            section = {"ANSWER": told.answer, "AUTHORITY": told.authority}.get(line.split()[1], [])
        elif line and not line.startswith(";"):
            section.append(line.split())
