"""A question as a message, a reply as lines, and both beside what was expected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from tests.scenarios.form import OPTIONS, Question


def message_of(question: Question) -> dns.message.QueryMessage:
    """The message a client sends: RD, and EDNS where its flags or options need it or an extended error is awaited."""
    options: list[dns.edns.Option] = [
        dns.edns.GenericOption(dns.edns.OptionType.make(code), octets)
        for code, octets in map(OPTIONS.__getitem__, question.options)
    ]
    message = dns.message.make_query(
        question.name,
        question.type,
        question.klass,
        use_edns=0,
        want_dnssec="DO" in question.flags,
        options=options,
        id=question.id or 0,
    )
    for flag in question.flags:
        if flag != "DO":
            message.flags |= dns.flags.from_text(flag)
    return message


def differences(
    question: Question, reply: dns.message.Message | None, asked: int | None, *, exact: bool = True
) -> list[str]:
    """What is not as expected, as lines. Where not `exact`, time passes: a TTL is what it may be at most."""
    if reply is None:
        return ["expected an answer", "got      silence"]
    found: list[str] = []

    def compare(what: str, expected: object, got: object) -> None:
        if expected != got:
            found.extend([f"{what}: expected {expected}", f"{' ' * len(what)}  got      {got}"])

    compare("rcode", question.rcode, dns.rcode.to_text(reply.rcode()))
    found += _records("answers", question.answers, reply.answer, question.id is not None, exact)
    if question.authority is not None:
        found += _records("authority", question.authority, reply.authority, False, exact)
    errors = [one for one in reply.options if isinstance(one, dns.edns.EDEOption)]
    compare("EDE", sorted(question.ede), sorted(int(one.code) for one in errors))
    texts = [one.text or "" for one in errors]
    if question.says is not None and not any(question.says in text for text in texts):
        compare("EDE text", question.says, texts)
    flags = {*dns.flags.to_text(reply.flags).split(), *dns.flags.edns_to_text(reply.ednsflags).split()}
    compare("flags set", " ".join(question.has), " ".join(one for one in question.has if one in flags))
    compare(
        "flags not set", " ".join(question.lacks), " ".join(one for one in question.lacks if one not in flags)
    )
    if question.nsid is not None:
        told = [
            one.to_generic().data.decode() for one in reply.options if one.otype == dns.edns.OptionType.NSID
        ]
        compare("NSID", [question.nsid], told)
    if question.asked is not None and asked is not None:
        compare("questions to upstreams", question.asked, asked)
    return found


def _records(
    what: str, expected: Sequence[str], section: Iterable[dns.rrset.RRset], in_order: bool, exact: bool
) -> list[str]:
    got = [line for rrset in section for line in _lines(rrset)]
    if in_order:
        pairs = list(zip(expected, got, strict=False))
    else:
        pairs = list(zip(sorted(expected, key=_without_ttl), sorted(got, key=_without_ttl), strict=False))
    if len(expected) == len(got) and all(_fits(wish, line, exact) for wish, line in pairs):
        return []
    return [f"{what}: expected", *(f"    {one}" for one in expected), "  got", *(f"    {one}" for one in got)]


def _lines(rrset: dns.rrset.RRset) -> list[str]:
    return [
        line.replace(f" {rrset.ttl} {name} ", f" {rrset.ttl} ", 1)
        for name in ("IN", "CH")
        for line in rrset.to_text().splitlines()
        if f" {rrset.ttl} {name} " in line
    ]


def _without_ttl(line: str) -> list[str]:
    owner, _, rest = line.split(maxsplit=2)
    return [owner.lower(), rest]


def _fits(wish: str, line: str, exact: bool) -> bool:
    if _without_ttl(wish) != _without_ttl(line):
        return False
    wanted, ttl = wish.split()[1], int(line.split()[1])
    if wanted.startswith("<=") or not exact:
        return ttl <= int(wanted.removeprefix("<="))
    return ttl == int(wanted)
