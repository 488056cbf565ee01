"""The department whose network an address lies in; the longest network wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sm_dns.util import ip_networks
from sm_dns.util.ip_networks import PrefixTable


class Departments:
    """Departments by network. Raises `BadInput` for what is no network."""

    def __init__(self, networks: Mapping[str, Iterable[str]]) -> None:
        self._table: PrefixTable[str] = PrefixTable()
        for name, texts in networks.items():
            for text in texts:
                self._table.add(ip_networks.network(text), name)

    def of(self, address: str) -> str:
        """The department of an address, "" for none."""
        found = ip_networks.address(address)
        return "" if found is None else next(self._table.covering(*found), "")
