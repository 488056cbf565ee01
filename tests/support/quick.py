"""`sm-dns` with monitoring that need not be waited for: the same code, with the pauses of its bounds cut short."""

from __future__ import annotations

from sm_dns.cli.main import main
from sm_dns.collect import collector, store_writer
from sm_dns.monitor.store import sqlite

if __name__ == "__main__":
    collector.PULL_SECONDS = 0.2
    store_writer.LONGEST_PAUSE = 1.0
    sqlite.BUSY_SECONDS = 0.2
    main()
