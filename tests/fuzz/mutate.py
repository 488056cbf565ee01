"""Small changes to a sound example, quick enough for millions."""

from __future__ import annotations

from random import Random

_TELLING = (
    0,
    1,
    2,
    0x0C,
    0x29,
    0x3F,
    0x40,
    0x7F,
    0x80,
    0xBF,
    0xC0,
    0xFF,
)  # lengths, counts and marks at an edge


def mutate(example: bytes, random: Random, words: tuple[bytes, ...] = ()) -> bytes:
    """One to three of: an octet set, a bit turned, octets taken out, doubled, put in, or the end cut off."""
    data = bytearray(example)
    draw = random.random
    for _ in range(1 + int(draw() * draw() * 3)):
        size = len(data)
        at = int(draw() * (size + 1))
        kind = int(draw() * (7 if words else 6))
        if kind == 0 and at < size:
            data[at] = _TELLING[int(draw() * len(_TELLING))]
        elif kind == 1 and at < size:
            data[at] ^= 1 << int(draw() * 8)
        elif kind == 2:
            del data[at : at + 1 + int(draw() * 4)]
        elif kind == 3:
            data[at:at] = data[at : at + 1 + int(draw() * 12)]
        elif kind == 4:
            data[at:at] = random.randbytes(1 + int(draw() * 3))
        elif kind == 5:
            del data[at:]
        elif words:
            data[at:at] = words[int(draw() * len(words))]
    return bytes(data)
