"""The page of a spec that cannot be read: every error with its lines, and how to fix it."""

from collections.abc import Iterator

from integration_specs.documents.code_frame import frame
from integration_specs.model import BrokenSpec
from integration_specs.site import Heading, Page, SearchEntry
from integration_specs.site.context import Context
from integration_specs.text.names import OWN_ADDRESSES, slug, unique_name


def pages(context: Context) -> Iterator[Page]:
    """Yield a page for each broken spec, at the address of the spec."""
    for spec, address in addresses(context):
        yield _page(context, spec, address)


def addresses(context: Context) -> Iterator[tuple[BrokenSpec, str]]:
    """Yield each broken spec with its address: its ID, unless that is not an address or is used by another page."""
    taken = {*OWN_ADDRESSES, *context.spec_titles}
    for spec in context.catalog.broken:
        address = unique_name(slug(spec.id), taken)
        taken.add(address)
        yield spec, address


def _page(context: Context, spec: BrokenSpec, address: str) -> Page:
    t, url = context.translations, context.options.edit_url
    findings = sorted(spec.findings, key=lambda finding: finding.sort_key)
    data = spec.document.data if isinstance(spec.document.data, dict) else {}
    owner = context.catalog.owner_by_key.get(str(data.get("owner")))
    content = context.render(
        "broken.html",
        spec=spec,
        owner=owner,
        owner_link=context.link(address, f"owners/{owner.key}") if owner else "",
        count=sum(finding.level == "error" for finding in findings),
        findings=[
            (finding, frame(finding, spec.document.text, context=2), url(finding.file, finding.span.line))
            for finding in findings
        ],
    )
    messages = [t(finding.message) for finding in findings]
    headings = tuple(Heading(2, f"finding-{number}", text.replace("`", "")) for number, text in enumerate(messages, 1))
    title = f"{spec.id}: {t('This spec cannot be displayed')}"
    description = messages[0] if messages else ""
    names = " ".join(str(data[name]) for name in ("title", "system") if isinstance(data.get(name), str))
    search = (SearchEntry("", title, f"{names}\n{description}"),)
    return context.page(address, title, description, content, headings, search, spec.file, url(spec.file, 1))
