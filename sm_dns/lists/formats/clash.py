"""Rule sets of Clash, mihomo, Surge and their kin: `DOMAIN-SUFFIX,NAME`, `DOMAIN,NAME`, `+.NAME`, a YAML payload."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.lists.formats import v2fly
from sm_dns.lists.formats.rule import NotForDns, Reader, Rule, ToAscii, Unusable, read_name, read_suffix

_SUFFIX = frozenset({"DOMAIN-SUFFIX", "HOST-SUFFIX"})
_EXACT = frozenset({"DOMAIN", "HOST"})
_OTHERS = frozenset({"DOMAIN-KEYWORD", "DOMAIN-REGEX", "DOMAIN-WILDCARD", "DOMAIN-SET", "HOST-KEYWORD"}) | {
    "HOST-WILDCARD", "IP-CIDR", "IP-CIDR6", "IP6-CIDR", "IP-SUFFIX", "IP-ASN", "GEOIP", "GEOSITE", "SRC-IP-CIDR",
    "SRC-IP", "SRC-PORT", "DST-PORT", "DEST-PORT", "IN-PORT", "IN-TYPE", "NETWORK", "PROTOCOL", "PROCESS-NAME",
    "PROCESS-PATH", "USER-AGENT", "URL-REGEX", "RULE-SET", "SUB-RULE", "AND", "OR", "NOT", "MATCH", "FINAL",
}  # fmt: skip
KINDS = _SUFFIX | _EXACT | _OTHERS
_OPEN = frozenset({"direct", "pass", "proxy"})


def reader(to_ascii: ToAscii | None = None) -> Reader:
    """`+.NAME`, `.NAME` and `DOMAIN-SUFFIX` are the name and all below it, a bare item of a payload that name only.

    Keywords, patterns, addresses and what is sent on (`DIRECT`) are not for DNS. Items as v2fly writes them
    (`"domain:NAME:@attr"`) are read too.
    """
    of_v2fly = v2fly.reader(to_ascii)

    def read(line: str) -> Iterable[Rule]:
        text = line.strip()
        if text[0] in "#;" or text.startswith("//") or text in ("payload:", "rules:", "---"):
            return ()
        item = text.removeprefix("- ").partition(" #")[0].strip().strip("'\"")
        if not item or " " in item:
            raise Unusable("not a rule of a rule set")
        if "," in item:
            return (_read_rule(item.split(","), to_ascii),)
        if ":" in item:
            return of_v2fly(item)
        if item.startswith(("+.", ".")):
            return (Rule(read_suffix(item.removeprefix("+"), to_ascii)),)
        if "*" in item.removeprefix("*."):
            raise NotForDns("a pattern, not a name")
        if item.startswith("*."):
            return (Rule(read_suffix(item, to_ascii)),)
        if item is text:
            raise Unusable("not a rule of a rule set")
        return (Rule(read_name(item, to_ascii), exact=True),)

    return read


def _read_rule(parts: list[str], to_ascii: ToAscii | None) -> Rule:
    kind = parts[0].strip().upper()
    if kind in _OTHERS:
        raise NotForDns("{kind} says nothing of a whole name", kind=kind)
    if kind not in KINDS:
        raise Unusable("{kind!r} is no kind of rule", kind=kind[:20])
    if len(parts) > 2 and parts[2].strip().lower() in _OPEN:
        raise NotForDns("a rule that sends the name on")
    name = parts[1].strip()
    return (
        Rule(read_suffix(name, to_ascii)) if kind in _SUFFIX else Rule(read_name(name, to_ascii), exact=True)
    )
