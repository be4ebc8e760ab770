"""The importers: whatever the text, a spec that validates and has no secrets, or located faults; no other way out."""

import tempfile
from pathlib import Path

from case_file import case
from import_cases import document, outcome, written
from integration_specs.secrets import find

SEEDS = tuple(
    document(case(f"import-{format_}/{name}")).read_text("utf-8")
    for format_, name in (
        ("openapi", "store"),
        ("openapi", "only-webhooks"),
        ("openapi", "cycles"),
        ("openapi", "odd"),
        ("asyncapi", "version-2"),
        ("asyncapi", "version-3"),
        ("postman", "store"),
        ("postman", "version-2-0"),
        ("markdown", "as-people-write"),
    )
)


def run(text: str) -> None:
    """Import the text as the format it says it is."""
    names = ("openapi", "asyncapi", "postman")
    format_ = next((name for name in names if name in text[:300]), "markdown")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("document.md" if format_ == "markdown" else "document.yaml")
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        if format_ != "markdown":  # what does not fit into its spec is found when it is written
            spec, report = outcome(format_, path)
            assert spec or report
        if format_ == "markdown" or len(text) % 4 == 0:  # it takes as long again
            assert not list(find(written(format_, path))), "secrets are masked"
