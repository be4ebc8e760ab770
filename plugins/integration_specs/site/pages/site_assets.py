"""The style sheet and script of our pages, from the folder `assets/`."""

from collections.abc import Iterator
from pathlib import Path

from integration_specs.site import Asset
from integration_specs.site.context import Context

_FOLDER = Path(__file__).parent.parent / "assets"


def assets(context: Context) -> Iterator[Asset]:
    """Yield the files of `assets/` under the same name. Each page loads the `.css` and `.js` files."""
    for path in sorted(_FOLDER.iterdir()):
        if path.suffix in (".css", ".js", ".svg"):
            yield Asset(f"assets/{path.name}", path.read_bytes())
