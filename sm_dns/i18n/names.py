"""What ships under a name of its own, as people read it; what a site made is called as the site calls it."""

from __future__ import annotations

from sm_dns.i18n.catalogue import catalogue


def category_name(language: str, category: str) -> str:
    """The name of a category, such as "media sosial"."""
    return catalogue(language).known(f"category.{category}", category)


def schedule_name(language: str, schedule: str) -> str:
    """The name of a schedule: the one that is called `default` is the main one."""
    return catalogue(language).known(f"schedule.{schedule}", schedule)
