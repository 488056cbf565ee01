"""What is known of a site before it is asked anything: its host, its configuration, what is installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from sm_dns.settings import yaml_source
from sm_dns.settings.load import load_settings
from sm_dns.setup.asking.known import Known
from sm_dns.setup.findings import HostFindings
from sm_dns.setup.host import Host
from sm_dns.setup.plan import Files
from sm_dns.setup.undo_note import read_note


def what_is_known(host: Host, files: Files, look: Callable[[Host], HostFindings]) -> Known:
    """All of it; some seconds where a name server of the host is silent. `look`: `look_at`, or its findings kept.

    Raises `BadInput` for a configuration that is wrong, before anything is asked, and `OSError`.
    """
    if files.text is not None:
        load_settings(files.config)
    document = yaml_source.parse(files.start, files.config).value
    was_set_up = files.state_dir.is_dir() and read_note(files.state_dir) is not None
    can_show, can_sign = find_spec("starlette") is not None, not host.run("openssl", "version").code
    return Known(look(host), document, was_set_up, can_show, can_sign)
