"""The files that our pages need: what lies in `assets/`, and nothing from anywhere else."""

from collections.abc import Iterator
from pathlib import Path

from integration_specs.site import Asset
from integration_specs.site.context import Context

_FOLDER = Path(__file__).parent.parent / "assets"


def assets(context: Context) -> Iterator[Asset]:
    """Every file of `assets/`, under the same name. A site loads those that end in `.css` and `.js` on each page."""
    for path in sorted(_FOLDER.iterdir()):
        if path.suffix in (".css", ".js", ".svg"):
            yield Asset(f"assets/{path.name}", path.read_bytes())
