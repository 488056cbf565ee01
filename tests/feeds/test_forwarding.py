from __future__ import annotations

from sm_dns.feeds.forwarding import governed_domains
from tests.support.site import Site


def test_what_is_denied_at_some_time_and_nothing_below_another(site: Site) -> None:
    site.list("social", "office-social.example", "below.office-social.example")
    site.list("streaming", "films.example")
    site.list("allow", "press.films.example", "free.example")
    domains = governed_domains(site.compile().directory)
    assert {"office-social.example", "films.example", "facebook.com"} <= set(domains)
    assert not {"below.office-social.example", "press.films.example", "free.example", "whatsapp.com"} & set(
        domains
    )
    assert list(domains) == sorted(domains)
