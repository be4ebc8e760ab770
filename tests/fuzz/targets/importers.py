"""The importers: whatever the text, a spec that validates or located faults; no other way out."""

import tempfile
from pathlib import Path

from case_file import case
from import_cases import document, outcome

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
    )
)


def run(text: str) -> None:
    """Import the text as the format it says it is."""
    format_ = "openapi" if "openapi" in text[:200] else "asyncapi" if "asyncapi" in text[:200] else "postman"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.yaml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        spec, report = outcome(format_, path)
        assert spec or report
