"""Names of devices: hardware addresses, and the client identifiers of DHCPv6 that may hold one (RFC 8415 §11)."""

from __future__ import annotations

import re

_MAC = re.compile(
    r"[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}|[0-9a-f]{12}", re.ASCII
)
_OCTETS = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2})*", re.ASCII)
_ETHERNET = "0001"
_LINK_LAYER_AND_TIME, _LINK_LAYER = "0001", "0003"
_MAX_IDENTIFIER = 130  # octets of a DUID (RFC 8415 §11.1)


def hardware(text: str) -> str | None:
    """A hardware address as `aa:bb:cc:dd:ee:ff`, from any usual spelling; None for anything else and for zeros."""
    lowered = text.strip().lower()
    if not _MAC.fullmatch(lowered):
        return None
    digits = re.sub(r"[^0-9a-f]", "", lowered)
    return _colons(digits) if digits.strip("0") else None


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


def is_identifier(device: str) -> bool:
    """Whether a device is known by a DHCPv6 identifier without a hardware address."""
    return device.startswith("duid:")


def _colons(digits: str) -> str:
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))
