"""Code samples for each HTTP endpoint: curl, Python with httpx, and JavaScript with fetch.

Values come from the examples; secrets are placeholders (`$TOKEN`). Every text is quoted by the rules of its language.
"""

import json
import re
from dataclasses import dataclass
from html import escape

from integration_specs.model import Endpoint, Spec, is_unknown
from integration_specs.model.request_headers import request_headers

_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_PLACE = re.compile(r"\{[\w .-]{1,60}\}")
_NAME = re.compile(r"[A-Za-z0-9-]{1,80}")


@dataclass(frozen=True, slots=True)
class Call:
    """An HTTP request in any language. `body` is the text as it is sent; None without a body."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str | None


def has_samples(spec: Spec) -> bool:
    """Return whether a spec has endpoints that can be called over HTTP."""
    return base_url(spec).startswith(("http://", "https://")) and any(e.method in _VERBS for e in spec.endpoints)


def samples(spec: Spec) -> list[tuple[Endpoint, Call]]:
    """Return the HTTP endpoints of a spec with their requests."""
    if not has_samples(spec):
        return []
    base = base_url(spec)
    return [(endpoint, call(spec, endpoint, base)) for endpoint in spec.endpoints if endpoint.method in _VERBS]


def samples_html(spec: Spec) -> dict[str, list[tuple[str, str]]]:
    """Return the languages and the samples in them for each HTTP endpoint, by its anchor."""
    return {
        endpoint.anchor: [(name, _highlight_parameters(write(request))) for name, write in LANGUAGES]
        for endpoint, request in samples(spec)
    }


def base_url(spec: Spec) -> str:
    """Return the base URL of the safest environment that has one: sandbox before production."""
    order = ("sandbox", "test", "staging", "development", "production")
    environments = [each for each in spec.data.get("environments", ()) if not is_unknown(each.get("base_url", "TODO"))]
    environments.sort(key=lambda each: order.index(each["kind"]) if each.get("kind") in order else len(order))
    return str(environments[0]["base_url"]).rstrip("/") if environments else ""


def call(spec: Spec, endpoint: Endpoint, base: str) -> Call:
    """Return the request of an endpoint; parameters in braces are kept for the reader to fill in."""
    request = endpoint.data.get("request", {})
    headers: dict[str, str] = {}
    headers.update(request_headers(spec))
    body = None
    if "example" in request and not is_unknown(request["example"]):
        example = request["example"]
        body = example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=2)
        headers["Content-Type"] = request.get("content_type", "application/json")
    headers.update((each["name"], each.get("value", "")) for each in request.get("headers", ()))
    good = tuple((name, value) for name, value in headers.items() if _NAME.fullmatch(name))
    path = endpoint.path if endpoint.path.startswith("/") else f"/{endpoint.path}"
    return Call(endpoint.method, base + path, good, body)


def curl(request: Call) -> str:
    """Return the request for a POSIX shell."""
    lines = [f"curl --request {request.method} {_shell(request.url)}"]
    lines += [f"  --header {_shell(f'{name}: {value}')}" for name, value in request.headers]
    if request.body is not None:
        lines.append(f"  --data-raw {_shell(request.body)}")
    return " \\\n".join(lines)


def python(request: Call) -> str:
    """Return the request for Python with httpx."""
    lines = [
        "import httpx",
        "",
        "response = httpx.request(",
        f"    {json.dumps(request.method)},",
        f"    {_python(request.url)},",
    ]
    if request.headers:
        lines.append("    headers={")
        lines += [f"        {_python(name)}: {_python(value)}," for name, value in request.headers]
        lines.append("    },")
    if request.body is not None:
        lines.append(f"    content={_python_block(request.body)}.encode(),")
    return "\n".join([*lines, "    timeout=30,", ")", "response.raise_for_status()", "print(response.text)"])


def javascript(request: Call) -> str:
    """Return the request for JavaScript with fetch, as a module."""
    lines = [f"const response = await fetch({_script(request.url)}, {{", f"  method: {_script(request.method)},"]
    if request.headers:
        lines.append("  headers: {")
        lines += [f"    {_script(name)}: {_script(value)}," for name, value in request.headers]
        lines.append("  },")
    if request.body is not None:
        lines.append(f"  body: {_script_block(request.body)},")
    return "\n".join(
        [
            *lines,
            "});",
            "if (!response.ok) throw new Error(`${response.status}`);",
            "console.log(await response.text());",
        ]
    )


LANGUAGES = (("curl", curl), ("Python", python), ("JavaScript", javascript))


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _python(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _python_block(text: str) -> str:
    """Return a text as a multi-line literal if that has the same value."""
    plain = "\n" in text and '"""' not in text and "\\" not in text and not text.endswith('"') and "\r" not in text
    return f'"""{text}"""' if plain else _python(text)


def _script(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _script_block(text: str) -> str:
    plain = "\n" in text and "`" not in text and "\\" not in text and "${" not in text and "\r" not in text
    return f"`{text}`" if plain else _script(text)


def _highlight_parameters(text: str) -> str:
    return _PLACE.sub(r'<span class="ispec-place">\g<0></span>', escape(text, quote=False))
