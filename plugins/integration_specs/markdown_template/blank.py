"""The blank template, generated from the titles and guidance of the schema."""

from collections.abc import Iterator

from integration_specs.validation.schema import Field, SpecSchema

from .labels import question


def blank_template(schema: SpecSchema) -> str:
    """Return the blank template as Markdown."""
    title = next(field for field in schema.header if field.name == "title")
    lines = [f"# {title.guidance[0]} – Integration Spec", ""]
    lines += [
        f"- **{field.title}:** {field.guidance[0]}" for field in schema.header if field.guidance and field is not title
    ]
    for number, section in enumerate(schema.sections, 1):
        lines += ["", "---", "", f"## {number}. {section.title}", "", *_section(section)]
    return "\n".join(lines) + "\n"


def _section(section: Field) -> Iterator[str]:
    names = {field.name: field for field in section.fields}
    if "method" in names:
        yield from _endpoints(section, names)
    elif "base_url" in names:
        for number, kind in enumerate(names["kind"].guidance):
            yield from ["", f"- **{kind}:**"] if number else [f"- **{kind}:**"]
            yield f"  - {names['base_url'].title}: `{names['base_url'].guidance[0]}`"
            yield f"  - {names['credentials'].title}: {names['credentials'].guidance[0]}"
    else:
        yield from _labels(section.fields, is_entry="local_entity" in names)


def _labels(fields: tuple[Field, ...], is_entry: bool) -> Iterator[str]:
    """Yield the labels of a section, or of an entry: the first one, and the others below it."""
    parted, indent = False, ""
    for field in fields:
        summary = next((each for each in field.fields if each.below and field.kind == "object"), None)
        guided = field if field.guidance else summary
        if guided is None:
            continue
        if guided.below:
            yield from [""] if parted else []
            yield f"{indent}- **{field.title}:**"
            yield from (f"{indent}  - {words}" for words in guided.guidance)
            parted = not is_entry
        else:
            yield f"{indent}- " + (question(field) or f"**{field.title}:** {guided.guidance[0]}")
        indent = "  " if is_entry else ""


def _endpoints(section: Field, names: dict[str, Field]) -> Iterator[str]:
    first, *rest = section.guidance
    yield from (f"> {first}", "")
    method, path, description = (names[name].guidance[0] for name in ("method", "path", "description"))
    yield f"- `{method} {path}` – {description}"
    for name in ("request", "response"):
        example = next(field for field in names[name].fields if field.guidance)
        yield from (f"  - {names[name].title}:", "    ```json", f"    {example.guidance[0]}", "    ```")
    yield f"  - {names['notes'].title}: {names['notes'].guidance[0]}"
    for words in rest:
        yield from ("", words)
