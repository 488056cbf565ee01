from __future__ import annotations

from pathlib import Path

from sm_dns.builder.portal_settings import portal_details
from sm_dns.i18n.text import Text
from sm_dns.portal.settings import read_details, write_details
from sm_dns.settings.settings import Settings
from tests.settings.blocks.test_portal import settings
from tests.support.contracts import PORTAL_SETTINGS


def write(directory: Path, given: Settings, *, has_https: bool) -> None:
    write_details(directory, portal_details(given, has_https=has_https))


def test_a_portal_that_is_taken_away_still_reads_its_part_until_the_next_start(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path), has_https=False)
    assert read_details(tmp_path) == PORTAL_SETTINGS


def test_the_portal_reads_what_is_written(tmp_path: Path) -> None:
    given = settings(
        tmp_path,
        'portal: {listen: ["10.0.0.5:80"], https: ["10.0.0.6:8443"], name: Notis.Example, acknowledgements: true}',
        "tls: {certificate: c.pem, key: k.pem}",
        "notice: {agency: {ms: Jabatan}, contact: CTM, reference: R}",
        "monitoring: {enabled: false, retention: {raw_days: 90, aggregate_months: 12}}",
    )
    write(tmp_path, given, has_https=True)
    found = read_details(tmp_path)
    assert found.agency == Text("Jabatan", "Jabatan")
    assert (found.contact, found.reference) == ("CTM", "R")
    assert (found.name, found.link) == ("notis.example", "https://notis.example:8443/")
    assert (found.monitored, found.raw_days, found.aggregate_months) == (False, 90, 12)
    assert found.acknowledged == str(tmp_path / "var" / "acknowledged.jsonl")
    assert (found.certificate, found.key) == (str(tmp_path / "c.pem"), str(tmp_path / "k.pem"))
    assert found.services["facebook"] == "Facebook"


def test_the_portals_own_certificate_goes_before_that_of_the_encrypted_listeners(tmp_path: Path) -> None:
    own = 'portal: {https: ["10.0.0.6:443"], name: n.example, certificate: p.pem, key: p.key}'
    write_details(
        tmp_path,
        portal_details(settings(tmp_path, own, "tls: {certificate: c.pem, key: k.pem}"), has_https=True),
    )
    found = read_details(tmp_path)
    assert (found.certificate, found.link) == (str(tmp_path / "p.pem"), "https://n.example/")


def test_without_https_the_link_is_plain_and_no_certificate_is_read(tmp_path: Path) -> None:
    plain = 'portal: {listen: ["10.0.0.5:80"], name: n.example}'
    write_details(
        tmp_path,
        portal_details(settings(tmp_path, plain, "tls: {certificate: c.pem, key: k.pem}"), has_https=False),
    )
    found = read_details(tmp_path)
    assert (found.certificate, found.link, found.acknowledged) == (None, "http://n.example/", None)


def test_a_certificate_that_cannot_be_used_leaves_the_plain_pages(tmp_path: Path) -> None:
    both = 'portal: {listen: ["10.0.0.5:80"], https: ["10.0.0.6:443"], name: n.example}'
    write_details(
        tmp_path,
        portal_details(settings(tmp_path, both, "tls: {certificate: c.pem, key: k.pem}"), has_https=False),
    )
    found = read_details(tmp_path)
    assert (found.certificate, found.key, found.link) == (None, None, "http://n.example/")
