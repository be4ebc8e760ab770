"""A spec as the Markdown that somebody would write by hand, for the tools that only know Markdown.

The script of the gen-files plugin begins with this file, so it needs nothing but the standard library.
"""

import json
from collections.abc import Iterator
from typing import Any


def page_of(spec: dict[str, Any]) -> str:
    """A spec as the Markdown that somebody would write by hand: headings, tables, and examples as code."""
    lines = [f"# {spec['system']}", ""]
    lines += [f"- **{key}**: {value}" for key, value in spec.items() if not isinstance(value, (dict, list))]
    for number, (key, value) in enumerate((k, v) for k, v in spec.items() if isinstance(v, (dict, list))):
        lines += ["", f"## {number + 1}. {key}", "", *lines_of(value, 3)]
    return "\n".join(lines) + "\n"


def lines_of(value: Any, level: int) -> Iterator[str]:
    """The lines of one value; an object that has a name becomes a heading, a list of flat objects a table."""
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        if all(not isinstance(part, (dict, list)) for each in value for part in each.values()):
            columns = list(dict.fromkeys(key for each in value for key in each))
            yield "| " + " | ".join(columns) + " |"
            yield "|" + "---|" * len(columns)
            for each in value:
                yield "| " + " | ".join(f"{each.get(column, '')}" for column in columns) + " |"
            yield ""
            return
        for each in value:
            title = (
                f"{each['method']} {each['path']}"
                if "method" in each
                else each.get("name") or each.get("local_entity") or each.get("category") or "-"
            )
            yield f"{'#' * level} {title}"
            yield ""
            yield from lines_of(each, level + 1)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key == "example":
                yield from ("", "```json", json.dumps(part, ensure_ascii=False, indent=2), "```", "")
            elif isinstance(part, (dict, list)) and part:
                yield from ("", f"**{key}**", "", *lines_of(part, level), "")
            else:
                yield f"- **{key}**: {part}"
    elif isinstance(value, list):
        yield from (f"- {each}" for each in value)
    else:
        yield f"{value}"
    yield ""
