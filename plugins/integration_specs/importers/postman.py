"""Import Postman collections 2.0 and 2.1: requests become endpoints, with saved responses, variables and authentication."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integration_specs.contracts import Node, Resolver, child
from integration_specs.secrets import is_secret_name
from integration_specs.text.names import slug, unique_name

from . import KEPT, MASKED, VALUES, Import, ImportOptions, fault
from ._bodies import BYTES, as_body
from ._clean_text import bullet_list, join_names, markdown, paragraphs
from ._draft import Draft, open_document
from ._postman_parts import (
    Address,
    Variables,
    contains_secret,
    description_of,
    read_address,
    read_auth,
    read_headers,
    read_variables,
    scheme_of_header,
)
from ._security import SecurityRequirements, describe_alternatives
from ._selection import select
from ._servers import Server, environments

SUPPORTS_SELECTION = True
_MAX_FOLDERS = 60
_SPECIAL_HEADERS = ("authorization", "proxy-authorization", "cookie", "set-cookie", "host", "content-length", "content-type", "accept", "user-agent", "postman-token", "connection", "accept-encoding", "cache-control")  # fmt: skip
_CREDENTIALS = ("authorization", "proxy-authorization", "cookie")


def read(path: Path, options: ImportOptions) -> Import:
    """Return the spec of a collection. Raises `ImportFault`."""
    resolver = open_document(path, options, "Postman")
    root = child(resolver.root, "collection")
    root = root if root.is_object else resolver.root
    if not isinstance(root.value.get("item"), list) or "/v1" in child(root, "info").text("schema"):
        help = "Export it from Postman as Collection v2.1; environments contain secrets and are not read."
        raise fault(options, "this is not a Postman collection of version 2.0 or 2.1", root.span, help)
    return _Reader(resolver, options, root).read()


@dataclass(frozen=True, slots=True)
class _Item:
    """A request of the collection, with what the folders around it pass on: names, variables, authentication."""

    node: Node
    request: Node
    name: str
    label: str
    folders: tuple[str, ...]
    variables: Variables
    auth: Node
    address: Address


class _Reader:
    def __init__(self, resolver: Resolver, options: ImportOptions, root: Node) -> None:
        self._resolver, self._root = resolver, root
        self._draft = Draft(options, resolver)
        self._folders: list[dict[str, str]] = []
        self._security = SecurityRequirements(resolver)
        self._seen_auth: set[tuple[str, Any]] = set()

    def read(self) -> Import:
        resolver, draft, root, data = self._resolver, self._draft, self._root, self._draft.data
        variables = Variables()
        items = list(self._items(root, (), variables, child(root, "auth")))
        selected = select(items, draft, lambda each: each.address.path, lambda each: (each.name, each.folders))
        bases = Counter(each.address.base for each in selected)
        usual_base = max(bases, key=lambda base: bases[base], default="")
        endpoints = [(each, self._endpoint(each, usual_base)) for each in selected]
        same = Counter((endpoint["method"], endpoint["path"]) for _, endpoint in endpoints)
        ids: set[str] = set()
        for each, endpoint in endpoints:
            if same[endpoint["method"], endpoint["path"]] > 1:
                endpoint["id"] = unique_name(slug(each.name, "request")[:70].strip("-"), ids)
                ids.add(endpoint["id"])
            draft.append(endpoint, each.node, each.label, "endpoints")
        info = resolver.get(root, "info")
        data["system"], data["type"] = info.text("name") or "Unnamed collection", "API"
        draft.describe(info, description_of(info))
        if variables.unknown:
            names = join_names(list(variables.unknown), 6)
            draft.report(KEPT, child(root, "variable"), f"variables without a value are shown as placeholders: {names}")
        if self._folders:
            data["x-folders"] = self._folders
            draft.report(KEPT, root, "the descriptions of folders are kept as `x-folders`")
        first = {each.address.base: each.node for each in reversed(selected)}
        named = {base: re.fullmatch(r"\{([^{}]+)\}", base) for base in bases if base}
        environments(draft, [Server(first[base], base, name[1] if name else "") for base, name in named.items()])
        data["authentication"] = self._security.section()
        return draft.finish(info.text("name"))

    def _items(self, node: Node, folders: tuple[str, ...], variables: Variables, auth: Node) -> Iterator[_Item]:
        """Yield the requests in a folder or collection in order, and report its scripts and credentials."""
        resolver, draft = self._resolver, self._draft
        values, secrets = read_variables(resolver, node)
        variables, auth = variables.within(values), self._auth_of(node, auth)
        for name, variable in secrets:
            draft.report(MASKED, variable, f"the value of the variable `{name}` is not written")
        self._report_node(node, f"folder {' / '.join(folders)}" if folders else "the collection")
        for position, place in resolver.items(child(node, "item")):
            item = resolver.follow(place)
            name = item.text("name") or f"number {int(position) + 1}"
            names = (*folders, name)
            label = f"request {' / '.join(names)}"
            if not item.is_object:
                draft.left_out(place, label, "is neither a request nor a folder")
            elif len(names) > _MAX_FOLDERS:
                draft.left_out(place, label, f"more than {_MAX_FOLDERS} folders contain each other")
            elif isinstance(item.value.get("item"), list):
                if about := description_of(item):
                    self._folders.append({"name": " / ".join(names), "description": markdown(about)})
                yield from self._items(item, names, variables, auth)
            elif isinstance(item.value.get("request"), (dict, str)):
                known = variables.within(read_variables(resolver, item)[0])
                request = resolver.get(item, "request")
                url = resolver.get(request, "url") if request.is_object else request
                address = read_address(resolver, url, known)
                yield _Item(item, request, name, label, folders, known, auth, address)
            else:
                draft.left_out(place, label, "has no request")

    def _auth_of(self, owner: Node, above: Node) -> Node:
        """Return the authentication of a folder or request: its own, otherwise that of the folder above."""
        own = self._resolver.get(owner, "auth")
        return own if own.is_object else above

    def _report_node(self, owner: Node, label: str) -> None:
        """Report the scripts of a collection, folder or request, and the credentials in its authentication block."""
        events = child(owner, "event")
        kinds = dict.fromkeys(each.text("listen") or "script" for _, each in self._resolver.items(events))
        if kinds:
            self._draft.left_out(events, label, f"scripts ({', '.join(kinds)}) are not imported")
        auth = self._resolver.get(owner, "auth")
        if auth.is_object and auth.place not in self._seen_auth and contains_secret(self._resolver, auth):
            self._seen_auth.add(auth.place)
            message = f"{label}: the values of its authentication are not written"
            self._draft.report(MASKED, child(owner, "auth"), message)

    def _endpoint(self, item: _Item, usual_base: str) -> dict[str, Any]:
        draft, label, address, request = self._draft, item.label, item.address, item.request
        if address.masked:
            draft.report(MASKED, request, f"{label}: a user, password or key in its address is not written")
        headers, special = self._headers(item)
        authentication = self._authentication(item, special)
        body = self._without_secrets(self._body(item, special), child(request, "body"), f"{label}: the request")
        if "example" in body:
            body["example"] = as_body(body["example"], body["content_type"])
        response, errors = self._responses(item)
        base = f"Base URL: `{address.base}`" if address.base else "No base URL."
        return {
            "method": (request.text("method") or "GET").upper(),
            "path": address.path,
            "description": item.name,
            "request": body | {"headers": headers or None},
            "response": response,
            "errors": errors or None,
            "notes": paragraphs(
                [
                    markdown(description_of(request)),
                    markdown(description_of(item.node)),
                    f"Folder: {' / '.join(item.folders)}" if item.folders else "",
                    bullet_list("Parameters", address.parameters),
                    authentication,
                    base if address.base != usual_base else "",
                ]
            ),
        }

    def _headers(self, item: _Item) -> tuple[list[dict[str, Any]], dict[str, str]]:
        """Return the headers for the spec, and the values of special headers by lower-case name."""
        shown: list[dict[str, Any]] = []
        special: dict[str, str] = {}
        fill = item.variables.fill
        for name, value, place, sent in read_headers(self._resolver, item.request):
            key = name.lower()
            hides = key in _CREDENTIALS and not value.strip().startswith("{{")
            hides = hides or (key not in _SPECIAL_HEADERS and is_secret_name(name) and "{{" not in value)
            if not sent:
                self._draft.left_out(place, f"{item.label}: header {name}", "it is disabled")
                continue
            if value and hides:
                self._draft.report(MASKED, place, f"{item.label}: the value of the header `{name}` is not written")
            if key in _SPECIAL_HEADERS:
                special[key] = fill(value)
            else:
                shown.append({"name": fill(name), "value": f"{{{name}}}" if hides else fill(value) or None})
        return shown, special

    def _authentication(self, item: _Item, headers: dict[str, str]) -> str:
        """Record the request's authentication; return a note if it differs from the collection's."""
        resolver = self._resolver
        self._report_node(item.node, item.label)
        if item.request.is_object and "auth" in item.request.value:
            self._report_node(item.request, item.label)
        auth = self._auth_of(item.request, self._auth_of(item.node, item.auth))
        scheme = read_auth(resolver, auth)
        if scheme is None and "authorization" in headers:
            scheme = scheme_of_header(headers["authorization"])
        usual = read_auth(resolver, resolver.get(self._root, "auth"))
        if scheme is None:
            return "No authentication." if usual else ""
        self._security.add([scheme], scheme.scopes)
        is_usual = usual is not None and usual.text == scheme.text
        return "" if is_usual else f"Authentication: {describe_alternatives([[scheme]])}."

    def _body(self, item: _Item, headers: dict[str, str]) -> dict[str, Any]:
        """Return content type and example; that of a form is a mapping."""
        resolver, fill_body = self._resolver, item.variables.fill_body
        place = resolver.get(item.request, "body")
        given = headers.get("content-type", "")
        mode = place.text("mode")
        if not mode or place.is_true("disabled"):
            return {}
        match mode:
            case "raw":
                value = fill_body(place.text("raw"))
                usual = "text/plain" if isinstance(value, str) else "application/json"
                kind = given or VALUES["postman_languages"].get(
                    resolver.get(place, "options", "raw").text("language"), usual
                )
                example = value if "json" in kind else item.variables.fill(place.text("raw"))
                return {"content_type": kind, "example": example} if place.text("raw") else {}
            case "urlencoded" | "formdata":
                usual = "multipart/form-data" if mode == "formdata" else "application/x-www-form-urlencoded"
                kind = given if "urlencoded" in given and mode == "urlencoded" else usual
                form = self._form(item, child(place, mode))
                return {"content_type": kind, "example": form} if form else {}
            case "graphql":
                query = resolver.get(place, "graphql")
                more = {"variables": fill_body(query.text("variables"))} if query.text("variables") else {}
                return {"content_type": "application/json", "example": {"query": query.text("query"), **more}}
            case "file":
                return {"content_type": given or "application/octet-stream", "example": BYTES}
        self._draft.left_out(child(item.request, "body"), item.label, f"its body has the unknown mode `{mode}`")
        return {}

    def _form(self, item: _Item, fields: Node) -> dict[str, str]:
        form: dict[str, str] = {}
        for _, place in self._resolver.items(fields):
            field = self._resolver.follow(place)
            name = item.variables.fill(field.text("key"))
            if name and field.is_true("disabled"):
                self._draft.left_out(place, f"{item.label}: field {name}", "it is disabled")
            elif name:
                form[name] = BYTES if field.text("type") == "file" else item.variables.fill(field.text("value"))
        return form

    def _without_secrets(self, body: dict[str, Any], place: Node, what: str) -> dict[str, Any]:
        """Return a body whose example has placeholders for values whose names suggest a secret: people save real ones."""
        hidden: dict[str, None] = {}

        def walk(value: Any) -> Any:
            if isinstance(value, list):
                return [walk(each) for each in value]
            if not isinstance(value, dict):
                return value
            secret = {key for key, each in value.items() if _is_secret(key, each)}
            hidden.update(dict.fromkeys(key for key in value if key in secret))
            return {key: f"{{{key}}}" if key in secret else walk(each) for key, each in value.items()}

        safe = {key: walk(value) if key == "example" else value for key, value in body.items()}
        if hidden:
            names = ", ".join(f"`{name}`" for name in list(hidden)[:5])
            self._draft.report(MASKED, place, f"{what} contains {names}, whose values are not written")
        return safe

    def _responses(self, item: _Item) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Return the saved response to show, and the errors."""
        saved = [each for _, each in self._resolver.parts(item.node, "response") if each.is_object]
        fine: list[Node] = []
        errors: dict[str, dict[str, None]] = {}
        for response in saved:
            code = response.text("code")
            if code[:1] in ("4", "5"):
                name = response.text("name", "status")
                errors.setdefault(code, {})["" if name == code else name] = None
            else:
                fine.append(response)
        shown = min(fine, key=lambda each: (each.text("code")[:1] != "2", not each.text("body")), default=None)
        for response in saved:
            is_error = response not in fine
            if response is not shown and (response.text("body") or not is_error):
                what = "the body of the saved response" if is_error else "the saved response"
                name = f"{item.label}: {what} {response.text('name', 'code')}"
                self._draft.left_out(response, name, "the spec has one response")
        found = [{"on": code, "meaning": "; ".join(filter(None, names)) or None} for code, names in errors.items()]
        if shown is None:
            return {}, found
        return self._without_secrets(self._response(shown, item), shown, f"{item.label}: the response"), found

    def _response(self, response: Node, item: _Item) -> dict[str, Any]:
        headers = read_headers(self._resolver, response)
        kind = next((value for name, value, _, _ in headers if name.lower() == "content-type"), "")
        code, text = response.text("code"), response.text("body")
        found: dict[str, Any] = {"status": int(code) if code.isdecimal() and len(code) == 3 else None}
        if text:
            value = item.variables.fill_body(text)
            may_be_json = not kind or "json" in kind or response.text("_postman_previewlanguage") == "json"
            is_json = not isinstance(value, str) and may_be_json
            found["content_type"] = kind or ("application/json" if is_json else "text/plain")
            found["example"] = value if is_json else text
        return found


def _is_secret(name: str, value: Any) -> bool:
    return isinstance(value, str) and bool(value) and value[:1] not in "{<" and is_secret_name(name)
