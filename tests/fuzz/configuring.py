"""The configuration: YAML and what it says (T18)."""

from __future__ import annotations

import atexit
import tempfile
from pathlib import Path
from random import Random

from sm_dns.settings.load import load_settings
from sm_dns.util.errors import BadInput
from tests.fuzz.target import Target
from tests.support.processes import REPOSITORY

_SHIPPED = (REPOSITORY / "config" / "sm-dns.yaml").read_bytes()
_SMALL = (
    b'listen: ["127.0.0.1:5335", "[::1]:53"]\nupstreams: [192.0.2.1, "tls://dns.example@192.0.2.2"]\n'
    b"schedules:\n  default: {rest: ['13:00', '14:00']}\n"
    b"groups: [{name: hq, clients: [10.0.0.0/8], mode: monitor}]\n",
    b"schedules: {a: {}, b: {effective_from: '2026-08-10T11:00:00'}}\n"
    b"groups:\n  - name: x\n    clients: [192.168.0.0/16]\n    schedule: a\n"
    b"categories: {social: {answer: nxdomain}, games: {action: deny}}\n"
    b"lists: [{name: l, url: 'https://example.com/l', category: games, refresh: 6h}]\nttl: {denied: 30s}\n",
)
_WORDS = (
    b": ",
    b"\n  - ",
    b"{",
    b"}",
    b"[",
    b"]",
    b"&a ",
    b"*a",
    b"!!int ",
    b"'",
    b'"',
    b"\t",
    b"\n",
    b"null",
    b"-1",
)

_folder = tempfile.TemporaryDirectory(prefix="sm-dns-fuzz-")
atexit.register(_folder.cleanup)
_file = Path(_folder.name) / "any.yaml"


def check(data: bytes) -> bool:
    """Any file is settings, or bad input that names the file; nothing else is raised."""
    _file.write_bytes(data)
    try:
        load_settings(_file)
    except BadInput as error:
        assert error.file == str(_file)
        assert error.reason
        return False
    return True


def make(random: Random) -> bytes:
    """A small configuration; now and then the shipped one."""
    if random.random() < 0.02:
        return _SHIPPED
    return _SMALL[int(random.random() * len(_SMALL))]


TARGET = Target("config", make, check, _WORDS)
