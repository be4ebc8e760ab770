"""Ready calls for each endpoint of an API: curl, Python with httpx, and JavaScript with fetch.

They are pages of their own, so that the spec's page stays light. Values come from the examples; secrets are places
(`$TOKEN`), never values. Every text is quoted by the rules of its language.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from integration_specs.model import Endpoint, Spec, is_unknown
from integration_specs.site import Heading, Page
from integration_specs.site.context import Context

_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_PLACE = re.compile(r"\{[\w .-]{1,60}\}")
_NAME = re.compile(r"[A-Za-z0-9-]{1,80}")


@dataclass(frozen=True, slots=True)
class Call:
    """What a sample says, whatever its language. `body` is text as it goes over the wire; None for no body."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str | None


def pages(context: Context) -> Iterator[Page]:
    """`samples/<id>` for each spec that has calls over HTTP."""
    return kept_pages(context, context.catalog.specs)


def kept_pages(context: Context, specs: Iterable[Spec]) -> Iterator[Page]:
    """Those of these specs."""
    for spec in specs:
        if has_samples(spec):
            facts = (spec.file, spec.document.text, "samples")
            yield context.remember(facts, lambda: _page(context, spec))  # noqa: B023 (called at once)


def has_samples(spec: Spec) -> bool:
    """Whether a spec has a page of samples."""
    return base_url(spec).startswith(("http://", "https://")) and any(e.method in _VERBS for e in spec.endpoints)


def samples(spec: Spec) -> list[tuple[Endpoint, Call]]:
    """The calls of a spec that can be made over HTTP."""
    if not has_samples(spec):
        return []
    base = base_url(spec)
    return [(endpoint, call(spec, endpoint, base)) for endpoint in spec.endpoints if endpoint.method in _VERBS]


def base_url(spec: Spec) -> str:
    """The base address of the safest environment that has one: sandbox before production."""
    order = ("sandbox", "test", "staging", "development", "production")
    environments = [each for each in spec.data.get("environments", ()) if not is_unknown(each.get("base_url", "TODO"))]
    environments.sort(key=lambda each: order.index(each["kind"]) if each.get("kind") in order else len(order))
    return str(environments[0]["base_url"]).rstrip("/") if environments else ""


def call(spec: Spec, endpoint: Endpoint, base: str) -> Call:
    """The call of one endpoint; places in braces stay, so that a reader sees what to fill in."""
    request = endpoint.data.get("request", {})
    headers: dict[str, str] = {}
    header = spec.section("authentication").get("header", "")
    if ":" in header and not is_unknown(header):
        name, _, value = header.partition(":")
        headers[name.strip()] = value.strip()
    body = None
    if "example" in request and not is_unknown(request["example"]):
        example = request["example"]
        body = example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=2)
        headers["Content-Type"] = request.get("content_type", "application/json")
    headers.update((each["name"], each.get("value", "")) for each in request.get("headers", ()))
    good = tuple((name, value) for name, value in headers.items() if _NAME.fullmatch(name))
    path = endpoint.path if endpoint.path.startswith("/") else f"/{endpoint.path}"
    return Call(endpoint.method, base + path, good, body)


def curl(made: Call) -> str:
    """The call for a POSIX shell."""
    lines = [f"curl --request {made.method} {_shell(made.url)}"]
    lines += [f"  --header {_shell(f'{name}: {value}')}" for name, value in made.headers]
    if made.body is not None:
        lines.append(f"  --data-raw {_shell(made.body)}")
    return " \\\n".join(lines)


def python(made: Call) -> str:
    """The call for Python with httpx."""
    lines = [
        "import httpx",
        "",
        "response = httpx.request(",
        f"    {json.dumps(made.method)},",
        f"    {_python(made.url)},",
    ]
    if made.headers:
        lines.append("    headers={")
        lines += [f"        {_python(name)}: {_python(value)}," for name, value in made.headers]
        lines.append("    },")
    if made.body is not None:
        lines.append(f"    content={_python_block(made.body)}.encode(),")
    return "\n".join([*lines, "    timeout=30,", ")", "response.raise_for_status()", "print(response.text)"])


def javascript(made: Call) -> str:
    """The call for JavaScript with fetch, as a module."""
    lines = [f"const response = await fetch({_script(made.url)}, {{", f"  method: {_script(made.method)},"]
    if made.headers:
        lines.append("  headers: {")
        lines += [f"    {_script(name)}: {_script(value)}," for name, value in made.headers]
        lines.append("  },")
    if made.body is not None:
        lines.append(f"  body: {_script_block(made.body)},")
    return "\n".join(
        [
            *lines,
            "});",
            "if (!response.ok) throw new Error(`${response.status}`);",
            "console.log(await response.text());",
        ]
    )


LANGUAGES = (("curl", "bash", curl), ("Python", "python", python), ("JavaScript", "javascript", javascript))


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _python(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _python_block(text: str) -> str:
    """A long text as a raw literal of several lines where that is the same text."""
    plain = "\n" in text and '"""' not in text and "\\" not in text and not text.endswith('"') and "\r" not in text
    return f'"""{text}"""' if plain else _python(text)


def _script(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _script_block(text: str) -> str:
    plain = "\n" in text and "`" not in text and "\\" not in text and "${" not in text and "\r" not in text
    return f"`{text}`" if plain else _script(text)


def _page(context: Context, spec: Spec) -> Page:
    calls = samples(spec)
    address = f"samples/{spec.id}"
    values = context.values(address, {})
    content = context.fill(
        "samples.html",
        spec=spec,
        v=values,
        calls=[
            (endpoint, [(name, kind, _marked(write(made))) for name, kind, write in LANGUAGES])
            for endpoint, made in calls
        ],
        link=lambda anchor: context.link(address, spec.id, anchor),
    )
    title = f"{spec.title}: {context.words('Samples')}"
    headings = tuple(Heading(2, endpoint.anchor, endpoint.label) for endpoint, _ in calls)
    return context.page(address, title, context.words("Ready calls in curl, Python and JavaScript."), content, headings)


def _marked(text: str) -> Markup:
    """A sample with the places that a reader fills in set apart."""
    html = _PLACE.sub(r'<span class="ispec-place">\g<0></span>', escape(text, quote=False))
    return Markup(html)  # noqa: S704 (escaped)
