"""Add an owner to `owners.yaml` and keep the rest of the file as it is."""

import json
from pathlib import Path

from integration_specs.documents import load_raw, load_text


def with_owner(path: Path, key: str, name: str, kind: str, email: str) -> str:
    """Return the text of `owners.yaml` with one more owner; empty if it cannot be added automatically."""
    lines = [f"  {key}:", f"    name: {json.dumps(name, ensure_ascii=False)}", f"    kind: {kind}"]
    if email:
        lines += [
            "    contacts:",
            "      - channel: email",
            f"        address: {json.dumps(email, ensure_ascii=False)}",
        ]
    if not path.exists():
        return "\n".join(["owners:", *lines, ""])
    document = load_raw(path, path.name)
    before = document.text.split("\n")
    if document.data is None:
        return ""
    end = document.span(("owners",)).end_line
    text = "\n".join([*before[:end], *lines, *before[end:]])
    data = load_text(text, path.name).data
    expected = {**document.data.get("owners", {}), key: data["owners"].get(key)} if data else {}
    return text if data and data.get("owners") == expected and expected[key] else ""
