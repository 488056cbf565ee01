"""Records of the audit for other programs: a table for spreadsheets, or JSON, each with its sentence."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import NamedTuple

from sm_dns.report.formats.csv_form import inert
from sm_dns.state.chain import Record
from sm_dns.util.typed_json import to_json

COLUMNS = ("seq", "at", "who", "action", "target", "why", "detail", "sentence")


class Said(NamedTuple):
    """A record, and the sentence that it is to a reader."""

    record: Record
    sentence: str


def as_csv(records: Iterable[Said]) -> str:
    """With a heading; `detail` is JSON. No cell is a formula to a spreadsheet (RFC 4180)."""
    text = io.StringIO()
    table = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for each, said in records:
        detail = json.dumps(dict(each.detail), ensure_ascii=False)
        told = (each.at, each.who, each.action, each.target, each.why, detail, said)
        table.writerow([each.seq, *map(inert, told)])
    return text.getvalue()


def as_json(record: Said) -> str:
    """One object on a line."""
    return json.dumps({**to_json(record.record), "sentence": record.sentence}, ensure_ascii=False)
