"""Names, types and records as a zone file writes them (RFC 1035 §5.1, RFC 3597 §5), by dnspython.

For commands and pages; the processes that answer do without.
"""

from __future__ import annotations

import ipaddress

from dns import rdata as data_of
from dns.exception import DNSException
from dns.name import from_text, root
from dns.rdata import Rdata
from dns.rdataclass import RdataClass
from dns.rdatatype import RdataType, UnknownRdatatype, to_text
from dns.tokenizer import Tokenizer

from sm_dns.admin.domain_names import host_of, to_ascii
from sm_dns.diagnose.reply_text import Spelling, unread
from sm_dns.dns.names import BadName
from sm_dns.dns.records import askable, numbered_type
from sm_dns.dns.walk import Record
from sm_dns.util import ip_networks
from sm_dns.util.message import reason_of


def read_name(text: str) -> bytes:
    """The canonical wire name of a text with the escapes of zone files, or of an internationalised name.

    Raises `BadName`.
    """
    if text == "@":  # of which zone?
        raise BadName("'@' stands for the name of a zone, and there is none")
    ascii_text = to_ascii(text)
    try:
        word = Tokenizer(ascii_text).get()
        if not word.is_identifier() or word.value != ascii_text:
            raise BadName("it is not one word")
        return from_text(ascii_text, root).to_digestable()
    except DNSException as error:
        raise BadName(reason_of(error)) from error


def asked_name(text: str) -> bytes:
    """The same of what a person asks about, who may have pasted the address of a page, or a host with its port.

    Raises `BadName`, also for an address of a host or of mail, which is no name.
    """
    pasted = text.strip()
    if "\\" in pasted:  # the escapes of zone files say what is meant
        return read_name(pasted)
    host = host_of(pasted) if "/" in pasted or ":" in pasted else pasted
    if not host:
        raise BadName("there is no name in it")
    _, at, domain = pasted.rpartition("@")
    if at and domain and "//" not in pasted:
        raise BadName("it is an address of mail: ask for {domain}", domain=domain)
    address = ip_networks.canonical(host.removesuffix("."))
    if address is not None:
        reverse = ipaddress.ip_address(address).reverse_pointer
        raise BadName("it is an IP address: ask for a name, or for PTR of {reverse}", reverse=reverse)
    return read_name(host)


def _type_number(text: str) -> int | None:
    number = numbered_type(text)
    try:
        return askable(int(RdataType.from_text(text)) if number is None else number)
    except (UnknownRdatatype, ValueError):
        return None


def _record(wire: bytes, record: Record) -> str:
    return f"{to_text(RdataType.make(record.rtype))} {_data(wire, record)}"


def _data(wire: bytes, record: Record) -> str:
    """RDATA as text that is read back as the same; else its octets."""
    rclass, rtype = RdataClass.make(record.rclass), RdataType.make(record.rtype)
    try:
        read = data_of.from_wire(rclass, rtype, wire, record.rdata, record.end - record.rdata)
        text = read.to_text()
        if text.isprintable() and _is_same(read, data_of.from_text(rclass, rtype, text)):
            return text
    except (DNSException, ValueError):
        pass  # it has not the form of its type
    return unread(wire, record)


def _is_same(one: Rdata, other: Rdata) -> bool:
    return one.to_digestable() == other.to_digestable()


ZONE_TEXT = Spelling(_type_number, _record)
"""Every type by its name, its data in its own form."""
