"""The place of each page in the navigation: one list of sections for all kinds of pages."""

import os.path
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import urlencode

from integration_specs.text.names import OWN_ADDRESSES, number_aware

from . import NavLink, NavPlace, Page
from .translations import Translations

OVERVIEW, SYSTEMS, OWNERS, EXPLORE, HEALTH, CHANGES, REFERENCE = range(1, 8)
"""The order of pages and sections at the top."""

LISTED = 150
"""With more pages in a section, its groups are listed and not each page: otherwise every page grows with their number."""


def with_places(pages: Iterable[Page], t: Translations) -> tuple[tuple[Page, ...], tuple[NavLink, ...]]:
    """Return the pages with their places in the navigation, and links to parts of the table on the home page."""
    pages = list(pages)
    systems = (t("Systems"),)
    top = {
        "index": NavPlace(OVERVIEW, t("Overview"), ()),
        "": NavPlace(SYSTEMS, "", systems),
        "incident": NavPlace(SYSTEMS, "", systems, is_listed=False),
        "owners": NavPlace(OWNERS, "", (t("Owners"),)),
        "across": NavPlace(EXPLORE, "", (t("Explore"),)),
        "landscape": NavPlace(EXPLORE, "", (t("Explore"),)),
        "health": NavPlace(HEALTH, "", ()),
        "changes": NavPlace(CHANGES, "", ()),
        "reference": NavPlace(REFERENCE, t("Format"), (t("Reference"),)),
        "rules": NavPlace(REFERENCE, t("Rules"), (t("Reference"),)),
    }
    sizes = Counter(map(_kind, pages))
    groups = folders(page.source for page in pages if not _kind(page) and page.source)  # an error page has none
    by_id = (
        {page.address: groups.get(page.source, ()) for page in pages if not _kind(page)} if sizes[""] <= LISTED else {}
    )
    placed = []
    for page in pages:
        kind, _, rest = page.address.partition("/") if _kind(page) else ("", "", page.address)
        if kind in top:
            place = top[kind]
            group = by_id.get(rest, ()) if kind in ("", "incident") else ()
            is_listed = place.is_listed and sizes[kind] <= LISTED
            placed.append(
                replace(page, nav=NavPlace(place.order, place.title or page.title, (*place.section, *group), is_listed))
            )
        else:
            placed.append(page)
    links = [NavLink(t("All systems"), systems, "#integrations")] if sizes[""] else []
    if sizes[""] > LISTED:
        counts = Counter(group[0] for group in groups.values() if group)
        links += [
            NavLink(f"{group} ({number})", systems, f"?{urlencode({'folder': group})}")
            for group, number in sorted(counts.items())
        ]
    specs = sorted((page for page in placed if not _kind(page)), key=lambda page: number_aware(page.title))
    return (*(page for page in placed if _kind(page)), *specs), tuple(links)


def _kind(page: Page) -> str:
    """Return the first part of the address of a page of ours, and an empty text for the page of a spec."""
    first = page.address.partition("/")[0]
    return first if first in OWN_ADDRESSES else ""


def folders(sources: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the titles of the folders that each file is in, below the folder that all files share."""
    parents = {source: PurePosixPath(source).parent for source in sources}
    if not parents:
        return {}
    shared = os.path.commonpath(parents.values())
    return {
        source: tuple(
            part.replace("-", " ").replace("_", " ").capitalize() for part in parent.relative_to(shared).parts
        )
        for source, parent in parents.items()
    }
