"""The files that a spec lists in its folder, published as they are; everything else there stays unpublished."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from integration_specs.model import Spec
from integration_specs.site import Asset
from integration_specs.site.context import Context

_LARGEST = 10 * 2**20
# Nothing that a browser would run: no HTML, SVG, XML, script or style.
_ENDINGS = frozenset(
    [
        "avro",
        "bin",
        "csv",
        "docx",
        "gif",
        "jpeg",
        "jpg",
        "json",
        "md",
        "ods",
        "odt",
        "parquet",
        "pdf",
        "png",
        "pptx",
        "proto",
        "ret",
        "rem",
        "txt",
        "tsv",
        "webp",
        "xlsx",
        "yaml",
        "yml",
        "zip",
    ]
)


def assets(context: Context) -> Iterator[Asset]:
    """Every published attachment, at `attachments/<id>/<path>`."""
    for spec in context.catalog.specs:
        for path, file in _files(context, spec):
            yield Asset(f"attachments/{spec.id}/{path}", file.read_bytes())


def published(context: Context, spec: Spec) -> tuple[str, ...]:
    """Paths of the attachments of a spec that are published: listed, there, no links, and nothing that runs."""
    return tuple(path for path, _ in _files(context, spec))


def _files(context: Context, spec: Spec) -> Iterator[tuple[str, Path]]:
    root = context.options.root
    if root is None:
        return
    relative = PurePosixPath(spec.file).with_suffix("")
    root = root.resolve()
    for path in dict.fromkeys(item["path"] for item in spec.data.get("attachments", ())):
        file = root / relative / path
        known = PurePosixPath(path).suffix.lstrip(".").lower() in _ENDINGS
        # Equal after resolving: no link on the way, and no way out of the folder.
        if known and file.is_file() and file.resolve() == file and file.stat().st_size <= _LARGEST:
            yield path, file
