"""Code samples for each HTTP endpoint: curl, Python with httpx, and JavaScript with fetch.

Values come from the examples; secrets are placeholders (`$TOKEN`). Every text is quoted by the rules of its language.
"""

import re
from dataclasses import dataclass
from html import escape

from integration_specs.model import Endpoint, Spec, is_open_question
from integration_specs.text.json_text import indented_json, quoted

_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_PLACE = re.compile(r"\{[\w .-]{1,60}\}")
_PARAMETER = r'<span class="ispec-place">\g<0></span>'
_NAME = re.compile(r"[A-Za-z0-9-]{1,80}")


@dataclass(frozen=True, slots=True)
class Call:
    """An HTTP request in any language. `body` is the text as it is sent; None without a body."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str | None


def samples(spec: Spec) -> list[tuple[Endpoint, Call]]:
    """Return the endpoints of a spec that can be called over HTTP, with their requests."""
    base = base_url(spec)
    return [(endpoint, _call(spec, endpoint, base)) for endpoint in callable_endpoints(spec, base)]


def callable_endpoints(spec: Spec, base: str) -> list[Endpoint]:
    """Return the endpoints that can be called over HTTP at the base URL."""
    is_http = base.startswith(("http://", "https://"))
    return [endpoint for endpoint in spec.endpoints if is_http and endpoint.method in _VERBS]


def samples_html(spec: Spec) -> dict[str, list[tuple[str, str]]]:
    """Return the languages and the samples in them for each HTTP endpoint, by its anchor."""
    return {
        endpoint.anchor: [
            (name, _PLACE.sub(_PARAMETER, escape(write(request), quote=False))) for name, write in LANGUAGES
        ]
        for endpoint, request in samples(spec)
    }


def base_url(spec: Spec) -> str:
    """Return the base URL of the safest environment that has one: sandbox before production."""
    order = ("sandbox", "test", "staging", "development", "production")
    environments = [
        each for each in spec.data.get("environments", ()) if not is_open_question(each.get("base_url", "TODO"))
    ]
    environments.sort(key=lambda each: order.index(each["kind"]) if each.get("kind") in order else len(order))
    return str(environments[0]["base_url"]).rstrip("/") if environments else ""


def _call(spec: Spec, endpoint: Endpoint, base: str) -> Call:
    """Return the request of an endpoint; parameters in braces are kept for the reader to fill in."""
    request, body = endpoint.data.get("request", {}), None
    headers = dict(spec.request_headers)
    if "example" in request and not is_open_question(request["example"]):
        example = request["example"]
        body = example if isinstance(example, str) else indented_json(example)
        headers["Content-Type"] = request.get("content_type", "application/json")
    headers.update((each["name"], each.get("value", "")) for each in request.get("headers", ()))
    good = tuple((name, value) for name, value in headers.items() if _NAME.fullmatch(name))
    return Call(endpoint.method, f"{base}/{endpoint.path.removeprefix('/')}", good, body)


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
        f"    {quoted(request.method)},",
        f"    {quoted(request.url)},",
    ]
    if request.headers:
        headers = [f"        {quoted(name)}: {quoted(value)}," for name, value in request.headers]
        lines += ["    headers={", *headers, "    },"]
    if request.body is not None:
        lines.append(f"    content={_python_block(request.body)}.encode(),")
    return "\n".join([*lines, "    timeout=30,", ")", "response.raise_for_status()", "print(response.text)"])


def javascript(request: Call) -> str:
    """Return the request for JavaScript with fetch, as a module."""
    lines = [f"const response = await fetch({_script(request.url)}, {{", f"  method: {_script(request.method)},"]
    if request.headers:
        headers = [f"    {_script(name)}: {_script(value)}," for name, value in request.headers]
        lines += ["  headers: {", *headers, "  },"]
    if request.body is not None:
        lines.append(f"  body: {_script_block(request.body)},")
    end = ["});", "if (!response.ok) throw new Error(`${response.status}`);", "console.log(await response.text());"]
    return "\n".join([*lines, *end])


LANGUAGES = (("curl", curl), ("Python", python), ("JavaScript", javascript))


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _script(text: str) -> str:
    return quoted(text).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _python_block(text: str) -> str:
    """Return a text as a multi-line literal if that has the same value."""
    plain = "\n" in text and not text.endswith('"') and not any(each in text for each in ('"""', "\\", "\r"))
    return f'"""{text}"""' if plain else quoted(text)


def _script_block(text: str) -> str:
    plain = "\n" in text and not any(each in text for each in ("`", "\\", "${", "\r"))
    return f"`{text}`" if plain else _script(text)
