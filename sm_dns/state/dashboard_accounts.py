"""Whether anybody has an account of the dashboard: then rules of two persons are kept by accounts.

An account is a person with a password and a code; the user of a command is whom root says it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_text
from sm_dns.util.strict_json import Json

FOLDER, FILE = "web", "users.json"
MAX_BYTES = 4 << 20
KEPT_BY_USERS: Mapping[str, Json] = {
    "kept_by": "users of the system, for nobody has an account of the dashboard"
}
"""What the record of such a decision says where there are no accounts."""


def has_accounts(state_dir: Path) -> bool:
    """Whether there is an account. Raises `BadInput` for a damaged file: then nobody is taken for nobody."""
    path = state_dir / FOLDER / FILE
    if not is_there(path):
        return False
    try:
        return bool(json.loads(read_text(path, limit=MAX_BYTES))["users"])
    except (ValueError, TypeError, KeyError) as error:
        raise BadInput("is not a file of users: {reason}", file=path, reason=error) from error


def refuse_command(state_dir: Path, page: str) -> None:
    """Raise `BadInput` where there are accounts: the decision is made on a page of the dashboard, by one of them."""
    if has_accounts(state_dir):
        raise BadInput(
            "it takes two persons, whom accounts of the dashboard tell apart: decide it there, on the page {page}",
            page=page,
        )
