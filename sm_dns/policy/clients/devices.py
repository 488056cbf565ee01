"""What devices are known by: hardware addresses, client identifiers of DHCP that may hold one, and host names."""

from __future__ import annotations

import re

_MAC = re.compile(
    r"[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}|[0-9a-f]{12}", re.ASCII
)
_OCTETS = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2})*", re.ASCII)
MAX_HOST = 63  # characters of a host name: its first label

_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?", re.ASCII)
_ETHERNET = "0001"
_ARP_ETHERNET = "01:"
_LINK_LAYER_AND_TIME, _LINK_LAYER = "0001", "0003"
_LEAST_IDENTIFIER = 7  # octets; six are a hardware address
_MAX_IDENTIFIER = 130  # octets of a DUID (RFC 8415 §11.1)


def hardware(text: str) -> str | None:
    """A hardware address as `aa:bb:cc:dd:ee:ff`, from any usual spelling; None for anything else and for one that no
    device has."""
    found = _spelt(text)
    return None if found is None or _is_nobodys(found) else found


def is_nobodys(text: str) -> bool:
    """Whether a text is a hardware address that no device has: zeros, and those of groups (IEEE 802: multicast, and
    broadcast)."""
    found = _spelt(text)
    return found is not None and _is_nobodys(found)


def _spelt(text: str) -> str | None:
    lowered = text.strip().lower()
    return _colons(re.sub(r"[^0-9a-f]", "", lowered)) if _MAC.fullmatch(lowered) else None


def _is_nobodys(spelt: str) -> bool:
    return bool(int(spelt[:2], 16) & 1) or not spelt.strip("0:")


def is_random(device: str) -> bool:
    """Whether a hardware address is locally administered (IEEE 802): most are made up by the device, and change."""
    return not is_identifier(device) and bool(int(device[:2], 16) & 2)


def identifier(text: str) -> str | None:
    """The device of a DHCPv6 client identifier in octets `00:01:…`: its hardware address where it holds one.

    Else `duid:…`; None for what is no identifier.
    """
    lowered = text.strip().lower()
    if len(lowered) > 3 * _MAX_IDENTIFIER or not _OCTETS.fullmatch(lowered):
        return None
    digits = lowered.replace(":", "")
    kind, of = digits[:4], digits[4:8]
    if of == _ETHERNET and kind == _LINK_LAYER_AND_TIME and len(digits) == 28:
        return hardware(digits[16:])
    if of == _ETHERNET and kind == _LINK_LAYER and len(digits) == 20:
        return hardware(digits[8:])
    return f"duid:{digits}"


def device(text: str) -> str | None:
    """What a device is known by, from a hardware address, or from a client identifier in octets (`01:` and a hardware
    address, RFC 2132 §9.14; a DUID, with or without `duid:`); None for anything else."""
    octets = text.strip().lower().replace("-", ":")
    if octets.startswith("duid:"):
        octets = _colons(octets.removeprefix("duid:").replace(":", ""))
    found = hardware(octets) or hardware(octets.removeprefix(_ARP_ETHERNET))
    if found is not None or octets.count(":") < _LEAST_IDENTIFIER - 1:
        return found
    return identifier(octets)


def is_identifier(device: str) -> bool:
    """Whether a device is known by a DHCPv6 identifier without a hardware address."""
    return device.startswith("duid:")


def _colons(digits: str) -> str:
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def host_label(text: str) -> str:
    """The first label of a host name in lower case; "" for what is no host name (T16: clients choose it)."""
    label = text.strip().rstrip(".").lower().partition(".")[0]
    return label if len(label) <= MAX_HOST and _HOST.fullmatch(label) else ""


def host_domain(text: str) -> str:
    """What follows the first label of a host name, in lower case and without the dot at its end."""
    return text.strip().rstrip(".").lower().partition(".")[2]
