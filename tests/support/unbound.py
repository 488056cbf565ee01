"""A real unbound as the upstream: it knows a small internet, and nothing beyond it."""

from __future__ import annotations

import time
from pathlib import Path

from tests.support.dig import dig
from tests.support.processes import STEP_SECONDS, Process

HOST = "127.0.0.1"
ADDRESS = "198.51.100.9"  # of every name below load.corp
START_SECONDS = 60.0

# The names of test., invalid. and localhost. are its own: it would not look here for them.
_ZONE = f"""\
. 3600 IN SOA ns. host. 1 3600 600 86400 900
. 3600 IN NS ns.
ns. 3600 IN A 127.0.0.1
facebook.com. 3600 IN A 198.51.100.1
facebook.com. 3600 IN AAAA 2001:db8::1
facebook.com. 3600 IN HTTPS 1 . alpn=h2
www.facebook.com. 3600 IN CNAME star.facebook.com.
star.facebook.com. 3600 IN A 198.51.100.2
star.facebook.com. 3600 IN AAAA 2001:db8::2
instagram.com. 3600 IN A 198.51.100.3
netflix.com. 3600 IN A 198.51.100.4
share.corp. 3600 IN CNAME www.facebook.com.
portal.corp. 3600 IN A 198.51.100.5
portal.corp. 3600 IN AAAA 2001:db8::5
brief.corp. 1 IN A 198.51.100.6
*.load.corp. 3600 IN A {ADDRESS}
"""
# so-reuseport: no, so that a port somebody else has is an error, not a port shared with him.
SERVER = """\
server:
  interface: 127.0.0.1@{port}
  so-reuseport: no
  do-daemonize: no
  chroot: ""
  username: ""
  directory: "{directory}"
  pidfile: ""
  use-syslog: no
  num-threads: 1
  do-not-query-localhost: no
  module-config: "iterator"
"""
CONTROL = """\
remote-control:
  control-enable: no
"""
_INTERNET = """\
auth-zone:
  name: "."
  zonefile: "zone"
  for-downstream: no
  for-upstream: yes
"""


class Unbound:
    """It can be stopped and started again on its port."""

    def __init__(self, directory: Path, port: int) -> None:
        self.port = port
        self.address = f"{HOST}:{port}"
        self._directory = directory
        self._process: Process | None = None
        (directory / "zone").write_text(_ZONE)
        text = SERVER.format(port=port, directory=directory) + _INTERNET + CONTROL
        (directory / "unbound.conf").write_text(text)

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = ("unbound", "-d", "-c", str(self._directory / "unbound.conf"))
        process = self._process = Process(command, self._directory / "unbound")
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert not process.has_ended and time.monotonic() < deadline, process.err
            time.sleep(STEP_SECONDS)

    def _answers(self) -> bool:
        try:
            return dig(HOST, self.port, "portal.corp", "A", "+time=1").status == "NOERROR"
        except AssertionError:
            return False

    def stop(self) -> None:
        """End it; harmless when it does not run."""
        if self._process is not None:
            self._process.stop()
            self._process = None
