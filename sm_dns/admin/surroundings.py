"""What a compilation finds around its configuration, looked at once: what is looked at twice may differ."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sm_dns.lan import own_addresses
from sm_dns.settings.settings import Settings
from sm_dns.state.lists import kept_lists


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`links` are the networks on this host's own links, none where they cannot be told. `site_files` are the site's
    own lists and records, `vanished` those of them that are only kept."""

    links: tuple[str, ...]
    site_files: tuple[Path, ...]
    vanished: tuple[Path, ...]


def look_around(settings: Settings) -> Surroundings:
    """As things are now."""
    links: tuple[str, ...] = ()
    with suppress(OSError):
        links = own_addresses.own_links()
    files, vanished = kept_lists.site_files(settings.zones_dir, settings.state_dir)
    return Surroundings(links, tuple(files), tuple(vanished))
