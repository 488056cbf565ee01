"""HTML made of elements: text is escaped where it enters, so that no name or address can become markup (NOT-7)."""

from __future__ import annotations

from html import escape

_VOID = frozenset({"meta", "link", "input", "br", "rect", "line"})


class Html(str):
    """Markup that is ready. Any other `str` is text, and is escaped."""

    __slots__ = ()


def el(tag: str, *children: str, **attributes: str) -> Html:
    """An element. A trailing or inner underscore of an attribute stands for a hyphen: `class_`, `aria_label`."""
    given = "".join(f' {_attribute(name)}="{escape(value)}"' for name, value in attributes.items())
    if tag in _VOID:
        return Html(f"<{tag}{given}>" if tag not in ("rect", "line") else f"<{tag}{given}/>")
    return Html(f"<{tag}{given}>{join(*children)}</{tag}>")


def join(*children: str) -> Html:
    """Elements and texts one after the other."""
    return Html(
        "".join(child if isinstance(child, Html) else escape(child, quote=False) for child in children)
    )


def _attribute(name: str) -> str:
    return name.rstrip("_").replace("_", "-")
