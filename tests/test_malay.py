"""The Malay that people read: words with another meaning, or of spoken Malay, come into no text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from sm_dns.agency.profile import SHIPPED, shipped
from sm_dns.i18n.catalogue import FIRST, FOLDER
from sm_dns.i18n.po_file import read_po
from sm_dns.i18n.text import Text

UNWANTED = {
    "pelanggan": "a customer; a client of DNS is a peranti",
    "stor": "a storeroom; a store of data is a storan data",
    "cincangan": "mince; a hash is a nilai cincang",
    "akan ditolak": "will be rejected; what monitoring would deny is disekat jika dikuatkuasakan",
    "penggera": "a burglar alarm; an alarm is an amaran sistem",
    "penyelesai": "understood by nobody; a resolver is a pelayan DNS",
    "peta staf": "a map; the file is a fail padanan staf",
    "dipetakan": "drawn on a map; matched is dipadankan",
    "nama samaran": "an alias; a pseudonym is a kod samaran",
    "kependaman": "known to no officer; latency is masa respons",
    "pelayan hulu": "a server up the river; an upstream is a pelayan DNS huluan",
    "berehat": "on its break",
    "tiada apa-apa": "spoken",
    "tidak dikawal": "out of control; a group that is off is tidak tertakluk",
    "mesti (?:nombor|teks|senarai|blok|satu|tarikh|bilangan|true|dalam|sekurang|selepas)": "mestilah before a noun",
    r"[Tt]iada [^ ]+ itu": "spoken; X tidak wujud, X tidak ditemui",
    "capaian ke": "capaian kepada, as in the circular",
    "diberi": "needs a recipient; not stated is tidak dinyatakan",
    "mel": "paper post; e-mel",
}
ALLOWED = re.compile(
    r"mel elektronik"  # the title of PKPA 1/2003
    r"|e-mel"
    r"|diberi pengecualian|diberi perhatian"  # who or what it is given to stands there
)


def malay() -> Iterator[tuple[str, str]]:
    """Every Malay text with the place where it stands."""
    for entry in read_po(FOLDER / f"{FIRST}.po"):
        yield f"ms.po:{entry.line} {entry.context or entry.source}", entry.text
    for name in SHIPPED:
        profile = shipped(name)
        yield from ((f"profiles/{name}.toml", text.ms) for text in _texts(profile))
        yield from ((f"profiles/{name}.toml words", text) for text in profile.words.fields("ms").values())


def _texts(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        yield from _texts(tuple(value.values()))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from _texts(tuple(getattr(value, field.name) for field in fields(value)))
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)


def unwanted(text: str) -> list[str]:
    said = ALLOWED.sub("", text)
    return [
        f"{word}: {why}" for word, why in UNWANTED.items() if re.search(rf"\b{word}\b", said, re.IGNORECASE)
    ]


def test_no_text_has_a_word_that_means_something_else() -> None:
    found = [f"{place}: {text!r}: {why}" for place, text in malay() for why in unwanted(text)]
    assert not found, "\n".join(found)


def test_the_texts_of_every_profile_are_read() -> None:
    read = {text for place, text in malay() if place.startswith("profiles/")}
    assert {"Tanggungjawab pengguna", "Surat Pekeliling ICT JKDM Bil. 2 Tahun 2010", "Ketua Jabatan"} <= read


def test_such_words_are_noticed() -> None:
    assert unwanted("Stor data: mesti nombor bulat") == [
        "stor: a storeroom; a store of data is a storan data",
        f"{next(word for word in UNWANTED if word.startswith('mesti'))}: mestilah before a noun",
    ]
    assert not unwanted("alamat e-mel; mestilah nombor bulat; storan data")
