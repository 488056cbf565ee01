"""The schedules of a policy as one text that can be kept and read again: which were in force is asked years later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from sm_dns.policy.schedule import DEFAULTS, KEEPS, Schedule, ScheduleDocument
from sm_dns.util import strict_json
from sm_dns.util.errors import BadInput

DIGITS = 8


def write(documents: Mapping[str, ScheduleDocument]) -> str:
    """Schedules in their JSON form, by name. Equal texts are equal schedules, whatever later defaults are.

    Whose table they say they keep decides nothing, and stands in none.
    """
    whole = {name: {**DEFAULTS, **document} for name, document in documents.items()}
    for document in whole.values():
        del document[KEEPS]
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read(text: str) -> dict[str, Schedule]:
    """The schedules of such a text, by name. Raises `BadInput` for any other."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise BadInput("no schedules: {reason}", reason=error) from error
    documents = strict_json.mapping(found, "")
    return {name: Schedule.from_json(document, name) for name, document in documents.items()}


def version(text: str) -> str:
    """What people call such a text by: the first eight hexadecimal digits of its SHA-256."""
    return sha256(text.encode()).hexdigest()[:DIGITS]
