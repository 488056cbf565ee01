"""The text of files as offices have them: UTF-8, or what Windows writes."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 8  # octets by which UTF-16 without a mark is known
_LATIN = "cp1252"


def text_of(data: bytes) -> str:
    """UTF-16 by its mark or its first zeros, else UTF-8, else Windows' Latin; what is none of it is U+FFFD."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    start = data[:_LOOKED_AT]
    if len(start) == _LOOKED_AT and not any(start[1::2]):
        return data.decode("utf-16-le", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_LATIN, "replace")
