"""Where a server has its state, for commands that must work while its configuration cannot be used."""

from __future__ import annotations

from pathlib import Path

from sm_dns.ipc import client
from sm_dns.ipc.requests import TellStatus
from sm_dns.settings.load import load_settings
from sm_dns.state import audit
from sm_dns.state.audit import Trail
from sm_dns.state.place import possible_state_dirs
from sm_dns.util.errors import BadInput


def state_dir_of(config: Path) -> Path:
    """Where the state of the server is: by its configuration or, where that cannot be used, where one runs, or ran.

    Raises the error of the configuration where there is no such place.
    """
    try:
        return load_settings(config).state_dir
    except BadInput as error:
        places = possible_state_dirs(config)
        running = (place for place in places if _runs(place))
        found = next(running, next((place for place in places if (place / audit.FILE).exists()), None))
        if found is None:
            raise error
        return found


def _runs(state_dir: Path) -> bool:
    try:
        return client.ask(state_dir, TellStatus()) is not None
    except BadInput:
        return False


def trail_in(state_dir: Path, by: str | None) -> Trail:
    """The audit of a state directory as `by` writes it; where that is somebody else, the user is kept too."""
    user = audit.current_user()
    return Trail(state_dir / audit.FILE, by or user, detail={} if by in (None, user) else {"user": user})
