"""The long parts of the zones, made in a process of their own: a million names must not hold up an edge.

`python -m sm_dns.feeds.building JSON`. Of each zone it writes the records and the messages, named by their digest,
and what changed since the records of another digest; one line of JSON tells what was made.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sm_dns.feeds.primary.journal import MAX_DELTA_RECORDS
from sm_dns.feeds.primary.static_messages import write_messages
from sm_dns.feeds.wire.messages import ZoneName, transfer_messages
from sm_dns.feeds.zones.names import NameZone, Writer, listed_names, name_rules
from sm_dns.feeds.zones.record_file import Delta, difference, read_records, write_records
from sm_dns.feeds.zones.verdicts import NameRules, Verdicts
from sm_dns.lists.index import NameIndex
from sm_dns.policy import snapshot
from sm_dns.policy.snapshot import NAMES_FILE, Snapshot
from sm_dns.util.errors import BadInput
from sm_dns.util.message import reason_of
from sm_dns.util.typed_json import from_json, to_json

NICENESS: Final = 10
LONG_ZONES: Final[tuple[NameZone, ...]] = ("always", "social")


@dataclass(frozen=True)
class Order:
    """What is to be built of which generation, where, and what is there already.

    `names`: of the zones, in hexadecimal; `before`: their digests, "" where there is none.
    """

    directory: str
    folder: str
    names: dict[str, str]
    before: dict[str, str]


@dataclass(frozen=True)
class Built:
    """Digests and numbers of records by zone, and whether what changed was written down.

    `stricter`: how many rules had to be stricter than the policy.
    """

    digests: dict[str, str]
    records: dict[str, int]
    has_delta: dict[str, bool]
    stricter: int


def records_file(folder: Path, zone: str, digest: str) -> Path:
    """Where the records of a build lie."""
    return folder / f"{zone}-{digest}.records"


def messages_file(folder: Path, zone: str, digest: str) -> Path:
    """Where its messages lie."""
    return folder / f"{zone}-{digest}.messages"


def read_delta(folder: Path, zone: str, digest: str) -> Delta:
    """What the build of a digest changed. Raises `BadInput`, `OSError`."""
    removed, added = _delta_files(folder, zone, digest)
    return Delta(tuple(read_records(removed)), tuple(read_records(added)))


def discard_others(folder: Path, kept: dict[str, str]) -> None:
    """Remove the files of every build but those of these digests by zone."""
    marks = tuple(f"{zone}-{digest}." for zone, digest in kept.items())
    for path in folder.iterdir():
        if path.suffix in (".records", ".messages", ".removed", ".added") and not path.name.startswith(marks):
            with suppress(OSError):
                path.unlink()


def build(order: Order) -> Built:
    """Build both zones. Raises `BadInput` for a generation that cannot be read, `OSError`."""
    directory, folder = Path(order.directory), Path(order.folder)
    policy = snapshot.load(directory)
    verdicts = Verdicts(policy)
    index = NameIndex.open(directory / NAMES_FILE)
    rules = name_rules(verdicts, listed_names(index))
    digests, records, has_delta = dict[str, str](), dict[str, int](), dict[str, bool]()
    for zone in LONG_ZONES:
        digests[zone], records[zone] = _write(policy, rules, zone, order)
        has_delta[zone] = _write_delta(folder, zone, order.before[zone], digests[zone])
    index.close()
    return Built(digests, records, has_delta, verdicts.always_denied)


def _write(policy: Snapshot, rules: list[NameRules], zone: NameZone, order: Order) -> tuple[str, int]:
    folder = Path(order.folder)
    draft = folder / f"{zone}.records.new"
    written = write_records(draft, Writer(policy).records(zone, rules))
    final = records_file(folder, zone, written.digest)
    draft.replace(final)
    name = ZoneName(zone, bytes.fromhex(order.names[zone]))
    messages = folder / f"{zone}.messages.new"
    write_messages(messages, transfer_messages(name, read_records(final)))
    messages.replace(messages_file(folder, zone, written.digest))
    return written.digest, written.records


def _write_delta(folder: Path, zone: NameZone, before: str, after: str) -> bool:
    earlier = records_file(folder, zone, before)
    if not before or before == after or not earlier.exists():
        return False
    later = records_file(folder, zone, after)
    delta = difference(read_records(earlier), read_records(later), MAX_DELTA_RECORDS)
    if delta is None:
        return False
    for path, records in zip(_delta_files(folder, zone, after), delta, strict=True):
        write_records(path, records)
    return True


def _delta_files(folder: Path, zone: str, digest: str) -> tuple[Path, Path]:
    records = records_file(folder, zone, digest)
    return records.with_suffix(".removed"), records.with_suffix(".added")


def main() -> None:
    """Entry point."""
    gc.disable()  # it ends soon, and a million rules would be looked through again and again
    with suppress(OSError):
        os.nice(NICENESS)
    try:
        built = build(from_json(Order, json.loads(sys.argv[1])))
    except (BadInput, OSError) as error:
        print(json.dumps({"error": str(reason_of(error))}))
        sys.exit(1)
    print(json.dumps(to_json(built)))


if __name__ == "__main__":
    main()
