"""Scalars and one-line values as YAML text."""

import re
from contextlib import suppress
from datetime import date
from typing import Any

from integration_specs.text.display import escape_unprintable


def key_text(name: str) -> str:
    """Return a key as YAML; `on` and the like need no quotes, because the loader reads every key as text."""
    return name if name.lower() in _NAMES else scalar_text(name)


def scalar_text(value: Any) -> str:
    """Return a scalar as YAML on one line."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
    return value if _is_plain(value) else _quoted(value)


_PLAIN = re.compile(r"[^\W_]|[^\W_][^\n\t]*|[/.(+_$€£°~][^\n\t]*")
_UNSAFE = re.compile(r":(\s|$)|\s#|^\s|\s$|^(---|\.\.\.)")
_NUMBER_OR_TIME = re.compile(
    r"[-+]?[0-9][0-9_,]*(\.[0-9_]*)?(e[-+]?[0-9]+)?|[-+]?\.([0-9_]+(e[-+]?[0-9]+)?|inf|nan)|[-+]?0[xob][0-9a-f_]+"
    r"|[-+]?[0-9][0-9_]*(:[0-9]{1,2})+(\.[0-9_]*)?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([t\s].*)?|~",
    re.IGNORECASE,
)
"""Texts that some version of YAML reads as a number or a time."""
_NAMES = frozenset(["yes", "no", "on", "off", "y", "n"])
_WORDS = frozenset(["true", "false", "null", "", *_NAMES])
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _is_plain(text: str) -> bool:
    """Return whether a text needs no quotes: this loader and YAML 1.1 parsers read it as the same text."""
    if _DATE.fullmatch(text):
        with suppress(ValueError):
            return bool(date.fromisoformat(text))  # others fail in a YAML 1.1 parser
    return (
        bool(_PLAIN.fullmatch(text))
        and text.isprintable()
        and text.lower() not in _WORDS
        and not _UNSAFE.search(text)
        and not _NUMBER_OR_TIME.fullmatch(text)
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escape_unprintable(escaped)}"'


def string_text(value: str, indent: int) -> str:
    """Return a text as YAML: plain, quoted, or as a literal block."""
    if "\n" not in value:
        return scalar_text(value)
    lines = value.split("\n")
    if not all(line.replace("\t", "").isprintable() for line in lines) or not value.strip("\n"):
        return _quoted(value)
    ending = len(value) - len(value.rstrip("\n"))
    chomp = {0: "-", 1: ""}.get(ending, "+")
    indicator = "2" if lines[0][:1] in (" ", "\t", "") else ""
    if any(line != line.rstrip() for line in lines):
        return _quoted(value)  # editors, and the writer, remove spaces at the end of a line
    body = lines[:-1] if ending else lines
    pad = " " * (indent + 2)
    return "\n".join([f"|{indicator}{chomp}", *(pad + line if line else "" for line in body)])


def folded_block(source: str, indent: int) -> str:
    """Return a folded block of the source with another indentation, or "" if it sets its own."""
    head, *lines = source.splitlines()
    head = head.split("#")[0].strip()
    depth = next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), 0)
    if not re.fullmatch(r">[+-]?", head) or not depth:
        return ""
    while lines and not lines[-1].strip() and head != ">+":
        lines.pop()
    pad = " " * (indent + 2)
    return "\n".join([head, *(pad + line[depth:] if line.strip() else "" for line in lines)])


def flow_text(value: Any) -> str:
    """Return a value as YAML on one line."""
    if isinstance(value, dict):
        keys = ((key if key.lower() in _NAMES else flow_text(key), each) for key, each in value.items())
        return f"{{{', '.join(f'{key}: {flow_text(each)}' for key, each in keys)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow_text, value))}]"
    return _quoted(value) if isinstance(value, str) and _FLOW_SIGNS.search(value) else scalar_text(value)


_FLOW_SIGNS = re.compile(r"[\[\]{},]|:$|^[?-]")
