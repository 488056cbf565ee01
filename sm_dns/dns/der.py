"""Just enough DER to find a certificate's public key, whose digest pins an upstream (RFC 7858 §4.2)."""

from __future__ import annotations


def public_key(certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo of an X.509 certificate (RFC 5280 §4.1). Raises `ValueError`."""
    outer = _children(certificate)  # tbsCertificate, signatureAlgorithm, signature
    if not outer:
        raise ValueError("not a certificate")
    fields = _children(outer[0])
    # version [0] may be left out; then serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo.
    at = 6 if fields and fields[0][0] == 0xA0 else 5
    if len(fields) <= at:
        raise ValueError("not a certificate")
    return fields[at]


def _children(element: bytes) -> list[bytes]:
    """The elements inside a constructed element."""
    start, end = _content(element, 0)
    found = []
    while start < end:
        _, after = _content(element, start)
        found.append(element[start:after])
        start = after
    return found


def _content(data: bytes, at: int) -> tuple[int, int]:
    """Where an element's content begins and ends."""
    try:
        length = data[at + 1]
        start = at + 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(data[start : start + size], "big")
            start += size
    except IndexError:
        raise ValueError("not DER") from None
    if start + length > len(data):
        raise ValueError("not DER")
    return start, start + length
