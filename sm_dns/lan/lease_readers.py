"""What reads a source of leases, by its kind."""

from __future__ import annotations

from sm_dns.generation.lease_source import LeaseSource
from sm_dns.lan.kea_socket import KeaSocket
from sm_dns.lan.lease_file import LeaseFile
from sm_dns.lan.told import LeaseReader


def reader_of(source: LeaseSource) -> LeaseReader:
    """A reader that has read nothing yet."""
    return KeaSocket(source) if source.kind == "kea_socket" else LeaseFile(source)
