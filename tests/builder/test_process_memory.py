"""What compiling needs on a small server, measured at a real run."""

from __future__ import annotations

import subprocess
import sys

from sm_dns.ipc.children import COMPILE_MIB
from tests.bench.big_list import NAMES, long_list
from tests.support.site import Site

# The most it ever held, as the kernel knows it; getrusage would tell of the parent from before exec.
RUN = """
from sm_dns.builder.process import main
main()
print(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0])
"""


def test_a_million_names_compile_within_what_is_told(site: Site) -> None:
    site.list("streaming", *long_list())
    command = [sys.executable, "-c", RUN, str(site.config), "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    answer, kibibytes = done.stdout.splitlines()
    assert '"ok": true' in answer
    assert int(kibibytes) < COMPILE_MIB << 10
    (note,) = site.state.glob("generations/*/names.idx")
    assert note.stat().st_size > 30 * NAMES
