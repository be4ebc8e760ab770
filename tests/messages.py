"""The texts that a page can show: found in the sources, so that catalogues of translations can be compared with them.

`python -m tests.messages pt_BR` adds new texts to that catalogue, or starts it, and removes those that are not used.
"""

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

from integration_specs.checks import RULES as CHECK_RULES
from integration_specs.diff import Concern
from integration_specs.documents import RULES as LOAD_RULES
from integration_specs.documents.libyaml_errors import libyaml_texts
from integration_specs.documents.yaml_problems import TEXTS as SYNTAX_TEXTS
from integration_specs.findings import LEVELS, Finding
from integration_specs.project.discovery import RULES as PROJECT_RULES
from integration_specs.project.rules import rule_texts
from integration_specs.site.translations import LOCALE_FOLDER
from integration_specs.text.messages import Message
from integration_specs.validation.messages import RULES as SCHEMA_RULES
from integration_specs.validation.messages import TEXTS as SCHEMA_TEXTS
from integration_specs.validation.schema import Field, read_schema, schema_folder

SITE = LOCALE_FOLDER.parent
PACKAGES = (
    "checks",
    "contracts",
    "diff",
    "documents",
    "findings",
    "model",
    "project",
    "review",
    "secrets",
    "text",
    "validation",
)
"""The packages whose texts are shown on pages; those of the others are for the terminal only."""
_FUNCTIONS = {"t", "_t", "translations", "gettext_noop", "Message", "joined"}
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
Text = str | tuple[str, str]
_HEADER = r"""msgid ""
msgstr ""
"Language: {language}\n"
"Plural-Forms: {plural}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


def messages() -> dict[Text, None]:
    """Return every text in a stable order; those with a plural are pairs."""
    owners = schema_folder() / "owners.schema.json"
    modules = [SITE.parent / "files.py", *(path for name in PACKAGES for path in (SITE.parent / name).rglob("*.py"))]
    found = (
        *(message for path in sorted(SITE.rglob("*.py")) for message in _of_module(path)),
        *(message for path in sorted(SITE.rglob("*.html")) for message in _of_template(path)),
        *(message for field in _fields(read_schema().fields) for message in _of_field(field)),
        *(text for rule in rule_texts() for text in (rule.summary, rule.why)),
        *_choices(json.loads(owners.read_text(encoding="utf-8"))),
        *(message for field in _fields(read_schema(owners).fields) for message in _of_field(field)),
        *(message for path in sorted(modules) for message in _of_module(path)),
        *(
            text
            for table in (CHECK_RULES, LOAD_RULES, PROJECT_RULES, SCHEMA_RULES, SYNTAX_TEXTS, SCHEMA_TEXTS)
            for row in table.values()
            for text in _of_row(row)
        ),
        *(text for name, rule in LOAD_RULES.items() if name in _IN_WORDS for text in (rule.bad, rule.good)),
        *(*get_args(Concern), *LEVELS, "base", "head"),
        *tomllib.loads((SITE.parent / "secrets" / "formats.toml").read_text(encoding="utf-8")),
        *(text for texts in libyaml_texts().values() for text in texts.values()),
    )
    return dict.fromkeys(message for message in found if _has_words(message))


def untranslatable(findings: Iterable[Finding]) -> list[str]:
    """Return the parts of messages, advice and notes that no catalogue can translate: no template, or an unknown one."""
    texts = (text for each in findings for text in (each.message, each.help, *each.notes) if text)
    return [part for text in texts for part in (unknown_templates(text) if isinstance(text, Message) else [text])]


def unknown_templates(text: str) -> Iterator[str]:
    """Yield the templates in a text that no catalogue can have."""
    if not isinstance(text, Message):
        return
    if not isinstance(text.template, Message) and _has_words(text.template) and text.template not in _known():
        yield text.template
    for part in (text.template, *text.values.values()):
        yield from unknown_templates(part)


@cache
def _known() -> frozenset[str]:
    return frozenset(each if isinstance(each, str) else each[0] for each in messages())


def _has_words(message: Text) -> bool:
    text = message if isinstance(message, str) else message[0]
    return any(character.isalpha() for character in _PLACEHOLDER.sub("", text))


_IN_WORDS = (
    "file-unreadable",
    "file-not-regular",
    "file-symlink",
    "file-name",
    "yaml-encoding",
    "yaml-parser-missing",
    "yaml-too-large",
)
"""Rules of reading whose examples are words; the correct one is the advice of their findings."""


def _of_row(row: Any) -> Iterator[str]:
    """Yield the templates of a row of a table."""
    yield from (row.message, row.advice if hasattr(row, "advice") else row.help)
    for templates in getattr(row, "variants", {}).values():
        yield from templates.values()


def _of_module(path: Path) -> Iterator[Text]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name == "plural" and len(node.args) == 3:
            singular, plural = (getattr(argument, "value", None) for argument in node.args[:2])
            if isinstance(singular, str) and isinstance(plural, str):
                yield singular, plural
        elif name == "plural" and len(node.args) == 2:
            for noun in _texts(node.args[1]):
                yield f"{{number}} {noun}", f"{{number}} {noun}s"
        elif name in _FUNCTIONS:
            yield from _texts(node.args[0]) if node.args else ()


def _texts(node: ast.expr) -> Iterator[str]:
    """Yield every text that an expression may give."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=first, orelse=second):
            yield from (*_texts(first), *_texts(second))
        case ast.Subscript(value=ast.Dict(values=values)):
            yield from (text for value in values for text in _texts(value))


def _of_template(path: Path) -> Iterator[Text]:
    tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    for node in tree.find_all((nodes.Filter, nodes.Call)):
        if isinstance(node, nodes.Filter) and node.name == "t" and node.node is not None:
            yield from _constants(node.node)
        elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "t":
            yield from _constants(node.args[0])
        elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr == "plural":
            singular, plural = (part.as_const() for part in node.args[:2])
            yield singular, plural


def _constants(node: nodes.Node) -> Iterator[str]:
    match node:
        case nodes.Const(value=str(text)):
            yield text
        case nodes.CondExpr(expr1=first, expr2=second):
            yield from (*_constants(first), *(_constants(second) if second else ()))
        case nodes.Getitem(node=nodes.Dict(items=items)):
            yield from (text for item in items for text in _constants(item.value))


def _fields(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        yield field
        yield from _fields(field.fields or (field.item.fields if field.item else ()))


def _of_field(field: Field) -> Iterator[Text]:
    yield from (field.title, field.description)
    if field.name != "method":
        yield from field.choices


def _choices(schema: Any) -> Iterator[str]:
    """Yield the choices of a JSON Schema, at any depth."""
    if isinstance(schema, dict):
        yield from schema.get("enum", ())
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _choices(part)


def update(language: str, folder: Path = LOCALE_FOLDER) -> Path:
    """Write the catalogue of a language with its old translations and all texts of today; return its path."""
    path = folder / language / "LC_MESSAGES" / "messages.po"
    catalogue = Catalog(locale=language)
    if path.is_file():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    template = Catalog(fuzzy=False)
    for message in messages():
        template.add(message, ("", "") if isinstance(message, tuple) else "", flags=())
    catalogue.update(template, no_fuzzy_matching=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(_HEADER.format(language=language, plural=catalogue.plural_forms).encode())
        write_po(file, catalogue, width=0, ignore_obsolete=True, omit_header=True)
    return path


if __name__ == "__main__":
    for name in sys.argv[1:]:
        update(name)
