"""Attachments: files that a spec lists in its folder are published unchanged, other files are not."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from integration_specs.model import Spec
from integration_specs.site import Asset
from integration_specs.site.context import Context

_LARGEST = 10 * 2**20
# Nothing that browsers run: no HTML, SVG, XML, scripts or styles.
_SUFFIXES = frozenset(
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
    """Yield every published attachment, at `attachments/<id>/<path>`."""
    for spec in context.catalog.specs:
        for path, file in _files(context, spec):
            yield Asset(f"attachments/{spec.id}/{path}", file.read_bytes())


def published(context: Context, spec: Spec) -> tuple[str, ...]:
    """Return the paths of the published attachments of a spec: listed, existing, not links, and of a safe type."""
    return tuple(path for path, _ in _files(context, spec))


def _files(context: Context, spec: Spec) -> Iterator[tuple[str, Path]]:
    root = context.options.root
    if root is None:
        return
    relative = PurePosixPath(spec.file).with_suffix("")
    root = root.resolve()
    for path in dict.fromkeys(item["path"] for item in spec.data.get("attachments", ())):
        file = root / relative / path
        known = PurePosixPath(path).suffix.lstrip(".").lower() in _SUFFIXES
        # Unchanged by resolving: no symbolic link, and not outside of the folder.
        if known and file.is_file() and file.resolve() == file and file.stat().st_size <= _LARGEST:
            yield path, file
