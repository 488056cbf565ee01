from __future__ import annotations

from sm_dns.builder.start_plan import address_findings
from sm_dns.settings.load import load_settings
from tests.support.processes import free_port
from tests.support.site import Site


def found(site: Site, *lines: str, held: tuple[str, ...] = (), left_out: tuple[str, ...] = ()) -> list[str]:
    text = site.config.read_text().partition("\n")[2]
    site.config.write_text("\n".join(lines) + "\n" + text)
    return [str(each.text) for each in address_findings(load_settings(site.config), held, left_out)]


def test_addresses_that_are_in_each_others_way_are_foretold(site: Site) -> None:
    one, other = free_port(), free_port()
    (text,) = found(
        site,
        f'listen: ["127.0.0.1:{one}"]',
        f'portal: {{listen: ["127.0.0.1:{other}"]}}',
        f'web: {{listen: ["127.0.0.1:{other}"]}}',
    )
    assert text == (
        f"web 127.0.0.1:{other} would be left out: the port is in use by another address of this configuration"
    )


def test_a_wildcard_answers_for_the_addresses_of_its_port(site: Site) -> None:
    port = free_port()
    assert found(site, f'listen: ["127.0.0.1:{port}", "0.0.0.0:{port}"]') == []


def test_what_the_running_server_has_is_its_own_but_for_what_it_does_without(site: Site) -> None:
    port = free_port()
    place = f"127.0.0.1:{port}"
    assert found(site, f'listen: ["{place}"]', held=(place,)) == []
