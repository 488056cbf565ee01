"""What the categories that ship are called where people read."""

from __future__ import annotations

from sm_dns.i18n.text import Text

_NAMES = {
    "social": Text("media sosial", "social media"),
    "streaming": Text("media penstriman", "streaming media"),
    "messaging": Text("pemesejan", "messaging"),
    "bypass": Text("memintas kawalan DNS", "going around DNS control"),
    "allow": Text("sentiasa dibenarkan", "always permitted"),
}


def category_name(category: str) -> Text:
    """The name of a category; one that the site made is called as the site calls it."""
    return _NAMES.get(category, Text(category, category))
