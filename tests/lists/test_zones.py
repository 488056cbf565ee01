"""What the shipped lists must and must not hold."""

from __future__ import annotations

from collections import Counter

import pytest
from publicsuffixlist import PublicSuffixList

from sm_dns.dns.names import from_text, is_at_or_below, to_text
from tests.lists.zones_as_shipped import DIRECTORY, OPTIONAL, Shipped

FEWEST = {"social": 35, "streaming": 20, "messaging": 10, "bypass": 2}

# Hosts that many sites stand on. Listing one, or a name above one, would break sites nobody meant to deny.
SHARED = """
    akamaiedge.net akamai.net akamaihd.net akamaized.net edgekey.net edgesuite.net akadns.net footprint.net llnwi.net
    cloudfront.net amazonaws.com s3.amazonaws.com amazon.com api.amazon.com a2z.com omtrdc.net
    fastly.net map.fastly.net global.ssl.fastly.net fastlylb.net cloudflare.com cdnjs.cloudflare.com cloudflare.net
    cdn.cloudflare.net workers.dev pages.dev azureedge.net azurefd.net windows.net microsoft.com
    login.microsoftonline.com login.live.com live.com office.com
    google.com www.google.com accounts.google.com googleapis.com fonts.googleapis.com ajax.googleapis.com
    maps.googleapis.com storage.googleapis.com gstatic.com fonts.gstatic.com recaptcha.net googleusercontent.com
    lh3.googleusercontent.com ggpht.com l.google.com appspot.com gvt1.com android.com play.google.com mail.google.com
    meet.google.com drive.google.com docs.google.com
    apple.com appleid.apple.com idmsa.apple.com icloud.com itunes.apple.com mzstatic.com push.apple.com
    gateway.icloud.com
    linkedin.com github.com githubusercontent.com wikipedia.org wordpress.com gravatar.com jsdelivr.net unpkg.com
    qq.com mail.qq.com gtimg.cn qpic.cn qlogo.cn baidu.com 163.com naver.com pstatic.net yandex.net yandex.ru
    astro.com.my unifi.com.my synology.me asuscomm.com app.link page.link goo.gl zendesk.com alicdn.com
    b-cdn.net arpa ip6.arpa in-addr.arpa ipv4only.arpa mozilla.org mullvad.net quad9.net cisco.com umbrella.com
    byteoversea.com ibytedtos.com ibyteimg.com isnssdk.com sgsnssdk.com bytedance.map.fastly.net larksuite.com
    feishu.cn capcut.com capcutapi.com media-amazon.com www.amazon.com torproject.org github.io
    live-video.net playback.live-video.net global-contribute.live-video.net srt.live-video.net sinaimg.cn n.sinaimg.cn
    gov.my mygovuc.gov.my zoom.us teams.microsoft.com webex.com
"""

# Top-level domains that one operator owns and uses.
BRANDS = {"youtube", "weibo", "xn--9krt00a", "hbo", "nico"}

# Names people and applications ask for, and where they must be found.
PRINCIPAL = {
    "social": """www.facebook.com m.facebook.com graph.facebook.com static.xx.fbcdn.net connect.facebook.net fb.me
        www.instagram.com i.instagram.com scontent.cdninstagram.com www.threads.net x.com api.twitter.com
        pbs.twimg.com t.co app.snapchat.com cf-st.sc-cdn.net www.reddit.com i.redd.it i.pinimg.com discord.com
        gateway.discord.gg www.tumblr.com myspace.com vk.com ok.ru weibo.com www.xiaohongshu.com bsky.app
        mastodon.social www.quora.com onlyfans.com truthsocial.com 9gag.com live.staticflickr.com user.qzone.qq.com
        www.lemon8-app.com substack.com upscrolled.com""",
    "streaming": """www.youtube.com i.ytimg.com rr1---sn-npoe7ne7.googlevideo.com youtu.be youtubei.googleapis.com
        yt3.ggpht.com www.tiktok.com v16-webapp.tiktok.com api16-normal.tiktokv.com www.douyin.com www.netflix.com
        ipv4-c001-kul001.ix.nflxvideo.net www.disneyplus.com www.hotstar.com www.hbogoasia.my atv-ps.amazon.com
        www.primevideo.com tv.apple.com www.iq.com wetv.vip v.qq.com www.bilibili.tv www.viu.com sooka.my
        watch.tonton.com.my vimeo.com www.twitch.tv kick.com www.bigo.tv open.spotify.com api.deezer.com www.joox.com
        soundcloud.com music.apple.com app.plex.tv www.dazn.com www.vidio.com music.amazon.com y.qq.com www.kugou.com
        www.jiosaavn.com gaana.com www.bitchute.com radio.garden www.tiktokshop.com tiktok.net""",
    "messaging": """web.whatsapp.com mmx-ds.cdn.whatsapp.net wa.me www.messenger.com edge-chat.facebook.com t.me
        web.telegram.org line.me obs.line-scdn.net www.viber.com chat.signal.org weixin.qq.com wx.qq.com
        katalk.kakao.com imo.im chat.zalo.me""",
    "bypass": """dns.google cloudflare-dns.com mozilla.cloudflare-dns.com dns.quad9.net dns.nextdns.io
        dns.adguard-dns.com doh.opendns.com resolver1.opendns.com use-application-dns.net mask.icloud.com
        mask-h2.icloud.com _dns.resolver.arpa""",
}


# What a browser or an application asks for when a person opens the service ...
VISITED = """
    www.facebook.com m.facebook.com facebook.com fb.me fb.watch web.facebook.com www.instagram.com x.com twitter.com
    mobile.twitter.com www.youtube.com m.youtube.com youtu.be www.tiktok.com www.threads.net www.reddit.com
    old.reddit.com www.pinterest.com discord.com weibo.com vk.com www.snapchat.com myspace.com open.spotify.com
    www.netflix.com www.twitch.tv vimeo.com www.dailymotion.com soundcloud.com www.bilibili.tv
"""
# ... and what pages of others and programs in the background ask for as well.
EMBEDDED = """
    connect.facebook.net graph.facebook.com static.xx.fbcdn.net scontent.fkul1-1.fna.fbcdn.net staticxx.facebook.com
    api.facebook.com b-graph.facebook.com an.facebook.com pixel.facebook.com scontent.cdninstagram.com
    graph.instagram.com i.instagram.com platform.twitter.com platform.x.com syndication.twitter.com pbs.twimg.com
    abs.twimg.com api.twitter.com api.x.com t.co analytics.twitter.com static.ads-twitter.com ads.twitter.com
    rr1---sn-npoe7ne7.googlevideo.com i.ytimg.com yt3.ggpht.com youtubei.googleapis.com www.youtube-nocookie.com
    youtubeembeddedplayer.googleapis.com v16-webapp.tiktokcdn.com analytics.tiktok.com mcs.tiktokv.com
    p16-sign-va.tiktokcdn.com i.redd.it www.redditstatic.com embed.reddit.com pixel.reddit.com
    i.pinimg.com assets.pinterest.com ct.pinterest.com cdn.discordapp.com gateway.discord.gg tr.snapchat.com
    sc-static.net cf-st.sc-cdn.net embed.tumblr.com px.srvcs.tumblr.com live.staticflickr.com player.vimeo.com
    i.vimeocdn.com f.vimeocdn.com i.scdn.co embed.spotify.com api.spotify.com apresolve.spotify.com
    widget.soundcloud.com w.soundcloud.com i1.sndcdn.com occ-0-1.1.nflxso.net ipv4-c001-kul001.ix.nflxvideo.net
    player.twitch.tv embed.twitch.tv gql.twitch.tv static-cdn.jtvnw.net geo.dailymotion.com s1.dmcdn.net
    login.vk.com oauth.vk.com api.vk.com sun9-1.userapi.com widget.weibo.com wx1.sinaimg.cn qzonestyle.gtimg.cn
    i0.hdslb.com upos-sz-mirrorcos.bilivideo.com edge-chat.facebook.com mqtt.facebook.com
"""


@pytest.fixture(scope="module")
def shipped() -> Shipped:
    return Shipped()


@pytest.fixture(scope="module")
def whole() -> Shipped:
    """With the optional services."""
    return Shipped(OPTIONAL)


def test_there_are_enough_services(shipped: Shipped) -> None:
    counts = Counter(service.category for service in shipped.zones.services)
    assert set(counts) == set(FEWEST)
    assert {
        category: counts[category] for category, least in FEWEST.items() if counts[category] < least
    } == {}


def test_each_service_has_a_name_of_its_own_and_a_source(shipped: Shipped) -> None:
    names = Counter(service.name for service in shipped.zones.services)
    assert [name for name, times in names.items() if times > 1] == []
    for path in DIRECTORY.glob("*/*.txt"):
        assert "\n# source: " in path.read_text(encoding="utf-8"), path
    assert all(tag.service for _, tag in shipped.zones.rows)


def test_no_line_repeats_what_its_file_covers(whole: Shipped) -> None:
    for service in whole.zones.services:
        entries = [entry for entry, tag in whole.zones.rows if tag.list == service.list]
        assert entries, service
        for entry in entries:
            others = [other for other in entries if other is not entry and not other.exact]
            covering = [other for other in others if is_at_or_below(entry.name, other.name)]
            nearest = max(covering, key=lambda other: len(other.name), default=None)
            says_more = nearest is None or nearest.embedded != entry.embedded
            assert says_more, (service, to_text(entry.name))
        assert len({entry.name for entry in entries}) == len(entries), service


def test_lines_are_in_order(whole: Shipped) -> None:
    for service in whole.zones.services:
        lines = [
            (entry.exact, to_text(entry.name)) for entry, tag in whole.zones.rows if tag.list == service.list
        ]
        assert lines == sorted(lines), service


@pytest.mark.parametrize("host", SHARED.split())
def test_hosts_that_others_stand_on_are_not_listed(shipped: Shipped, host: str) -> None:
    assert shipped.covering(from_text(host)) == set()


def test_no_public_suffix_is_listed_but_a_brands_own(shipped: Shipped) -> None:
    suffixes = PublicSuffixList(only_icann=True)
    listed = {to_text(entry.name) for entry, _ in shipped.zones.rows}
    assert {name for name in listed if suffixes.publicsuffix(name) == name} == BRANDS


@pytest.mark.parametrize(
    ("category", "name"),
    [(category, name) for category, names in PRINCIPAL.items() for name in names.split()],
)
def test_names_in_daily_use_are_found(shipped: Shipped, category: str, name: str) -> None:
    assert category in shipped.categories(name)


@pytest.mark.parametrize(
    "name", ["web.whatsapp.com", "web.telegram.org", "weixin.qq.com", "line.me", "chat.signal.org"]
)
def test_no_seed_puts_a_messenger_among_the_denied(shipped: Shipped, name: str) -> None:
    assert shipped.categories(name) == {"messaging"}


@pytest.mark.parametrize(
    "name", ["notfacebook.com", "facebook.com.example.org", "www.linkedin.com", "github.com"]
)
def test_names_that_only_look_alike_are_free(shipped: Shipped, name: str) -> None:
    assert shipped.categories(name) == set()


@pytest.mark.parametrize(
    ("name", "category"),
    [("www.linkedin.com", "social"), ("github.com", "social"), ("www.torproject.org", "bypass")],
)
def test_optional_services_are_off_until_they_are_switched_on(
    shipped: Shipped, whole: Shipped, name: str, category: str
) -> None:
    assert (shipped.categories(name), whole.categories(name)) == (set(), {category})
    assert {one.id for one in shipped.zones.services if not one.on} == set(OPTIONAL)


@pytest.mark.parametrize("name", VISITED.split())
def test_a_query_for_a_sites_own_name_is_a_visit(shipped: Shipped, name: str) -> None:
    assert not shipped.nearest(from_text(name)).embedded


@pytest.mark.parametrize("name", EMBEDDED.split())
def test_what_other_sites_and_background_programs_ask_for_is_no_visit(shipped: Shipped, name: str) -> None:
    assert shipped.nearest(from_text(name)).embedded


def test_every_service_keeps_a_name_by_which_it_is_visited(whole: Shipped) -> None:
    visited = {tag.list for entry, tag in whole.zones.rows if not entry.embedded}
    assert {service.list for service in whole.zones.services} == visited


def test_only_the_canaries_are_signals(shipped: Shipped) -> None:
    assert {tag.service for entry, tag in shipped.zones.rows if entry.signal} == {"canaries"}
    assert {entry.answer for entry, _ in shipped.zones.rows if not entry.signal} == {None}
