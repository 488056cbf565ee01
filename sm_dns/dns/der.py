"""Just enough DER to find a certificate's public key, whose digest pins an upstream (RFC 7858 §4.2), and its end."""

from __future__ import annotations

from datetime import UTC, datetime

from sm_dns.util.errors import Wrong


def public_key(certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo of an X.509 certificate (RFC 5280 §4.1). Raises `ValueError`."""
    return _field(certificate, 5)


def validity(certificate: bytes) -> tuple[float, float]:
    """The POSIX seconds from and until which a certificate is valid (RFC 5280 §4.1.2.5). Raises `ValueError`."""
    times = _children(_field(certificate, 3))
    if len(times) != 2:
        raise Wrong("not a certificate")
    return _time(times[0]), _time(times[1])


def _time(element: bytes) -> float:
    """UTCTime or GeneralizedTime as RFC 5280 §4.1.2.5 has them, to the second in Z."""
    start, end = _content(element, 0)
    text = element[start:end].decode("ascii", "replace")
    if element[0] == 0x17:
        text = ("19" if text[:2] >= "50" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp()


def _field(certificate: bytes, at: int) -> bytes:
    """A field of the tbsCertificate: serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo."""
    outer = _children(certificate)  # tbsCertificate, signatureAlgorithm, signature
    if not outer:
        raise Wrong("not a certificate")
    fields = _children(outer[0])
    at += bool(fields) and fields[0][0] == 0xA0  # the version before them may be left out
    if len(fields) <= at:
        raise Wrong("not a certificate")
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
        raise Wrong("not DER") from None
    if start + length > len(data):
        raise Wrong("not DER")
    return start, start + length
