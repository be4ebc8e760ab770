"""Expected output in files: compared with, or rewritten if `WRITE_EXPECTED` is set."""

import os
from pathlib import Path


def expect(text: str, path: Path) -> None:
    """Fail unless the file holds this text; an empty text is a file that is not there or is empty."""
    if os.environ.get("WRITE_EXPECTED") and (text or path.exists()):
        path.write_text(text, encoding="utf-8")
    assert text == (path.read_text(encoding="utf-8") if path.exists() else ""), f"{path}: WRITE_EXPECTED=1 writes it"
