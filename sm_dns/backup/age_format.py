"""Encryption by a passphrase in the format of age, version 1 (https://age-encryption.org/v1), as streams.

`age --decrypt FILE` opens what is written here, and what `age --passphrase` writes is read. The key of the file is
wrapped under scrypt (RFC 7914); what follows is in chunks of ChaCha20-Poly1305 (RFC 8439), numbered, the last one
marked: an octet that is another one, a part that is missing and one that is moved are all found out before anything
of that chunk is given away. Needs the extra `backup`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import re
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from sm_dns.util.errors import BadInput
from sm_dns.util.message import key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

CHUNK = 64 << 10  # octets of plain text
TAG = 16
WORK = 16  # scrypt's N is 2 to this: 64 MB and a fifth of a second
MAX_WORK = 18  # that of age itself: 256 MB
MAX_LINE = 128  # octets of a line of the header

_INTRO = b"age-encryption.org/v1\n"
_LABEL = b"age-encryption.org/v1/scrypt"
_STANZA = re.compile(rb"-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n")
_BODY = re.compile(rb"([A-Za-z0-9+/]{43})\n")
_MAC = re.compile(rb"--- ([A-Za-z0-9+/]{43})\n")
_NO_NONCE = bytes(12)

ALTERED = key("is altered or cut: nothing of it is used")


class Writer(io.RawIOBase):
    """Takes plain text and writes it encrypted; `close` writes the last chunk, and leaves the stream open."""

    def __init__(self, stream: BinaryIO, passphrase: bytes) -> None:
        own, salt = secrets.token_bytes(16), secrets.token_bytes(16)
        wrapped = _seal(_wrapping_key(passphrase, salt, WORK), _NO_NONCE, own)
        stanza = b"-> scrypt %s %d\n%s\n" % (_text(salt), WORK, _text(wrapped))
        header = _INTRO + stanza + b"---"
        nonce = secrets.token_bytes(16)
        stream.write(header + b" " + _text(_mac(own, header)) + b"\n" + nonce)
        self._stream = stream
        self._seal = _sealer(_hkdf(own, nonce, b"payload"))
        self._waiting = bytearray()
        self._number = 0
        self._is_given_up = False

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        plain = memoryview(data)  # type: ignore[arg-type]
        if self._is_given_up:
            return len(plain)
        self._waiting += plain
        while len(self._waiting) > CHUNK:  # the last chunk must be known to be the last
            self._put(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(plain)

    def finish(self) -> None:
        """Write what is left, as the last chunk."""
        self._put(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def give_up(self) -> None:
        """Write nothing more: the stream took no more, and what stands before us still means to end well."""
        self._is_given_up = True

    def _put(self, plain: bytes, *, is_last: bool) -> None:
        self._stream.write(self._seal(_nonce(self._number, is_last), plain))
        self._number += 1


class Reader(io.RawIOBase):
    """Gives the plain text of an encrypted stream. Raises `BadInput` for what is none, or has another passphrase, or
    is altered: what was read until then is as it was written, and may be all but the whole."""

    def __init__(self, stream: BinaryIO, passphrase: bytes) -> None:
        self._stream = stream
        own = _file_key(stream, passphrase)
        nonce = stream.read(16)
        if len(nonce) != 16:
            raise BadInput(ALTERED)
        self._open = _opener(_hkdf(own, nonce, b"payload"))
        self._plain = b""
        self._at = 0
        self._number = 0
        self._ahead = stream.read(CHUNK + TAG)
        self._is_over = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most `size` octets; b"" once the last chunk was read whole and nothing follows it."""
        if size < 0:
            return b"".join(iter(lambda: self.read(CHUNK), b""))
        while self._at == len(self._plain):
            if self._is_over:
                return b""
            self._next()
        found = self._plain[self._at : self._at + size]
        self._at += len(found)
        return found

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        found = self.read(len(view))
        view[: len(found)] = found
        return len(found)

    def _next(self) -> None:
        sealed, self._ahead = self._ahead, self._stream.read(CHUNK + TAG)
        is_last = not self._ahead
        self._plain = self._open(_nonce(self._number, is_last), sealed)
        self._at = 0
        if is_last and not self._plain and self._number:
            raise BadInput(ALTERED)  # an empty chunk is the only one
        self._number += 1
        self._is_over = is_last


def _file_key(stream: BinaryIO, passphrase: bytes) -> bytes:
    """The key of the file, from its header."""
    lines = [stream.readline(MAX_LINE) for _ in range(4)]
    if lines[0] != _INTRO:
        raise BadInput("is no file that is encrypted in the format of age")
    stanza, body, mac = _STANZA.fullmatch(lines[1]), _BODY.fullmatch(lines[2]), _MAC.fullmatch(lines[3])
    if not (stanza and body and mac):
        raise BadInput("is not encrypted by a passphrase, or altered or cut")
    work = int(stanza[2])
    if work > MAX_WORK:
        raise BadInput("asks for more work than is done for a passphrase: 2^{work}", work=work)
    unwrap = _opener(_wrapping_key(passphrase, _octets(stanza[1]), work))
    try:
        opened = unwrap(_NO_NONCE, _octets(body[1]))
    except BadInput as error:
        raise BadInput("has another passphrase, or is altered") from error
    if not hmac.compare_digest(_mac(opened, b"".join(lines[:3]) + b"---"), _octets(mac[1])):
        raise BadInput(ALTERED)
    return opened


def _wrapping_key(passphrase: bytes, salt: bytes, work: int) -> bytes:
    memory = 128 * 8 * (1 << work) + (1 << 20)
    return hashlib.scrypt(passphrase, salt=_LABEL + salt, n=1 << work, r=8, p=1, maxmem=memory, dklen=32)


def _mac(file_key: bytes, header: bytes) -> bytes:
    return hmac.digest(_hkdf(file_key, b"", b"header"), header, "sha256")


def _hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """32 octets by HKDF-SHA-256 (RFC 5869)."""
    return hmac.digest(hmac.digest(salt or bytes(32), secret, "sha256"), info + b"\x01", "sha256")


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if is_last else b"\x00")


def _seal(secret: bytes, nonce: bytes, plain: bytes) -> bytes:
    return _sealer(secret)(nonce, plain)


def _sealer(secret: bytes) -> Callable[[bytes, bytes], bytes]:
    aead = _aead(secret)
    return lambda nonce, plain: aead.encrypt(nonce, plain, None)


def _opener(secret: bytes) -> Callable[[bytes, bytes], bytes]:
    """Opens a chunk. It raises `BadInput` for an altered one."""
    from cryptography.exceptions import InvalidTag

    aead = _aead(secret)

    def open_(nonce: bytes, sealed: bytes) -> bytes:
        try:
            return aead.decrypt(nonce, sealed, None)
        except (InvalidTag, ValueError) as error:
            raise BadInput(ALTERED) from error

    return open_


def _aead(secret: bytes) -> ChaCha20Poly1305:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305(secret)


def _text(octets: bytes) -> bytes:
    return base64.b64encode(octets).rstrip(b"=")


def _octets(text: bytes) -> bytes:
    """What a text of base64 without padding says; one that could be written otherwise is refused."""
    octets = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    if _text(octets) != text:
        raise BadInput(ALTERED)
    return octets
