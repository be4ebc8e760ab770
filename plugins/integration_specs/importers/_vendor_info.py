"""Read the `info` object that OpenAPI and AsyncAPI share: vendor, version, description."""

from integration_specs.contracts import Node, Resolver, child

from ._clean_text import markdown
from ._draft import Draft


def describe(resolver: Resolver, draft: Draft, info: Node) -> None:
    """Add vendor, version and description to the draft."""
    documented = [resolver.get(owner, "externalDocs").text("url") for owner in (info, resolver.root)]
    vendor = {
        "docs": next((address for address in documented if address.startswith(("https://", "http://"))), None),
        "support": resolver.get(info, "contact").text("email", "url") or None,
    }
    draft.data["vendor"] = vendor if any(vendor.values()) else None
    draft.data["api_version"] = {"pinned": info.text("version")} if info.text("version") else None
    if info.text("description", "summary"):
        draft.data["x-vendor-description"] = markdown(info.text("description", "summary"))
        at = child(info, "description")
        draft.kept(
            at, "the vendor's description is kept as `x-vendor-description`; write in `purpose` why we integrate"
        )
