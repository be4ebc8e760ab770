"""The page that takes the place of a spec that cannot be read: every fault with its lines, and what to type."""

from collections.abc import Iterator

from integration_specs.documents.code_frame import frame
from integration_specs.model import BrokenSpec
from integration_specs.text.names import slug
from integration_specs.site import OWN_ADDRESSES, Heading, Page
from integration_specs.site.context import Context


def pages(context: Context) -> Iterator[Page]:
    """One page a spec that has errors, at the address where the spec will be again."""
    for spec, address in addresses(context):
        yield _page(context, spec, address)


def addresses(context: Context) -> Iterator[tuple[BrokenSpec, str]]:
    """Where each broken spec is shown: at its id, unless that is no address or belongs to another page."""
    taken = {*OWN_ADDRESSES, *context.spec_titles}
    for spec in context.catalog.broken:
        address = base = slug(spec.id)
        number = 2
        while address in taken:
            address, number = f"{base}-{number}", number + 1
        taken.add(address)
        yield spec, address


def _page(context: Context, spec: BrokenSpec, address: str) -> Page:
    url = context.options.edit_url
    findings = sorted(spec.findings, key=lambda finding: finding.sort_key)
    content = context.fill(
        "broken.html",
        spec=spec,
        count=sum(finding.level == "error" for finding in findings),
        findings=[
            (finding, frame(finding, spec.document.text, context=2), url(finding.file, finding.span.line))
            for finding in findings
        ],
    )
    headings = tuple(
        Heading(2, f"finding-{number}", finding.message.replace("`", "")) for number, finding in enumerate(findings, 1)
    )
    title = f"{spec.id}: {context.words('This spec cannot be shown')}"
    return context.page(
        address, title, findings[0].message if findings else "", content, headings, (), spec.file, url(spec.file, 1)
    )
