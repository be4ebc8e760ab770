"""Import Postman collections 2.0 and 2.1: requests become endpoints, with saved responses, variables and authentication."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integration_specs.contracts import Node, Resolver, child, detect_kind
from integration_specs.secrets import is_secret_name
from integration_specs.text.names import slug, unique_name

from . import Import, ImportOptions, fault
from ._bodies import as_body
from ._clean_text import bullet_list, join_names, markdown, paragraphs
from ._draft import Draft, open_document, other_kind
from ._postman_auth import inherited, read_auth, scheme_of_header
from ._postman_bodies import header_pairs, json_value
from ._postman_urls import Address, Variables, description_of, read_address, read_variables
from ._security import SecurityRequirements, describe_alternatives
from ._selection import Candidate, select
from ._servers import Server, environments

SUPPORTS_SELECTION = True
_MAX_FOLDERS = 60
_LANGUAGES = {
    "json": "application/json",
    "xml": "application/xml",
    "html": "text/html",
    "javascript": "application/javascript",
    "text": "text/plain",
}
_SPECIAL_HEADERS = ("authorization", "proxy-authorization", "cookie", "set-cookie", "host", "content-length", "content-type", "accept", "user-agent", "postman-token", "connection", "accept-encoding", "cache-control")  # fmt: skip
_CREDENTIALS = ("authorization", "proxy-authorization", "cookie")


def read(path: Path, options: ImportOptions) -> Import:
    """Return the spec of a collection. Raises `ImportFault`."""
    resolver = open_document(path, options, "Postman")
    root = (
        child(resolver.root, "collection") if isinstance(resolver.root.value.get("collection"), dict) else resolver.root
    )
    _require_collection(root, options)
    return _Reader(resolver, options, root).read()


def _require_collection(root: Node, options: ImportOptions) -> None:
    schema = child(root, "info").text("schema") if isinstance(root.value.get("info"), dict) else ""
    if isinstance(root.value.get("item"), list) and "/v1" not in schema:
        return
    at = root.span
    if isinstance(root.value.get("requests"), list) or "/v1" in schema:
        message = "this is a Postman collection of version 1; 2.0 and 2.1 are supported"
        help = "Import it into Postman and export it as Collection v2.1, or run `npx postman-collection-transformer convert -i FILE -o NEW -j 1.0.0 -p 2.1.0`."
    elif isinstance(root.value.get("values"), list):
        message = "this is a Postman environment, not a collection"
        help = "Export the collection as Collection v2.1; environments contain secrets and are not read."
    elif kind := detect_kind(root)[0]:
        message, help = other_kind(kind)
    else:
        message = "this is not a Postman collection: the list `item` is missing"
        help = "Export it from Postman as Collection v2.1."
    raise fault(options, message, at, help)


@dataclass(frozen=True, slots=True)
class _Folder:
    """What a folder passes on to its requests: folder names, variables, authentication."""

    names: tuple[str, ...]
    variables: Variables
    auth: Node

    @property
    def label(self) -> str:
        """The folder in messages."""
        return f"folder {' / '.join(self.names)}" if self.names else "the collection"


@dataclass(frozen=True, slots=True)
class _Item:
    """A request of the collection, with the folder around it."""

    node: Node
    name: str
    label: str
    folder: _Folder
    variables: Variables
    address: Address


class _Reader:
    def __init__(self, resolver: Resolver, options: ImportOptions, root: Node) -> None:
        self._resolver, self._options, self._root = resolver, options, root
        self._draft = Draft(options, resolver)
        self._folders: list[dict[str, str]] = []
        self._security = SecurityRequirements()
        self._seen_auth: set[tuple[str, Any]] = set()

    def read(self) -> Import:
        """Return the spec."""
        resolver, draft, root, data = self._resolver, self._draft, self._root, self._draft.data
        variables = Variables({})
        items = list(self._items(root, _Folder((), variables, child(root, "auth"))))
        selected = select([self._candidate(each) for each in items], self._options, draft)
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
        data["api_version"] = {"pinned": info.text("version")} if info.text("version") else None
        if description_of(info):
            data["x-vendor-description"] = markdown(description_of(info))
            draft.kept(child(info, "description"), "the collection's description is kept as `x-vendor-description`")
        if variables.unknown:
            names = join_names(list(variables.unknown), 6)
            draft.kept(child(root, "variable"), f"variables without a value are shown as placeholders: {names}")
        if self._folders:
            data["x-folders"] = self._folders
            draft.kept(root, "the descriptions of folders are kept as `x-folders`")
        first = {each.address.base: each.node for each in reversed(selected)}
        environments(draft, [Server(first[base], base, _base_name(base)) for base in bases if base])
        data["authentication"] = self._security.section()
        return draft.finish(info.text("name"))

    def _items(self, node: Node, outer: _Folder) -> Iterator[_Item]:
        """Yield the requests in a folder or collection in order, and report its scripts and credentials."""
        resolver, draft = self._resolver, self._draft
        values, secret = read_variables(resolver, node)
        for name, variable in secret:
            draft.masked(variable, f"the value of the variable `{name}` is not written")
        here = _Folder(outer.names, outer.variables.within(values), inherited(resolver, node, outer.auth))
        self._report_credentials(node, here.label)
        self._report_scripts(node, here.label)
        for position, place in resolver.items(child(node, "item")):
            item = resolver.follow(place)
            name = item.text("name") or f"number {int(position) + 1}"
            names = (*here.names, name)
            label = f"request {' / '.join(names)}"
            if not item.is_object:
                draft.left_out(place, label, "is neither a request nor a folder")
            elif len(names) > _MAX_FOLDERS:
                draft.left_out(place, label, f"more than {_MAX_FOLDERS} folders contain each other")
            elif isinstance(item.value.get("item"), list):
                if description_of(item):
                    self._folders.append({"name": " / ".join(names), "description": markdown(description_of(item))})
                yield from self._items(item, _Folder(names, here.variables, here.auth))
            elif isinstance(item.value.get("request"), (dict, str)):
                variables = here.variables.within(read_variables(resolver, item)[0])
                request = resolver.get(item, "request")
                url = resolver.get(request, "url") if request.is_object else request
                yield _Item(item, name, label, here, variables, read_address(resolver, url, variables))
            else:
                draft.left_out(place, label, "has no request")

    def _candidate(self, item: _Item) -> Candidate:
        return Candidate(item, item.address.path, lambda: (item.name, item.folder.names))

    def _report_scripts(self, node: Node, label: str) -> None:
        kinds = dict.fromkeys(each.text("listen") or "script" for _, each in self._resolver.items(child(node, "event")))
        if kinds:
            self._draft.left_out(child(node, "event"), label, f"scripts ({', '.join(kinds)}) are not imported")

    def _report_credentials(self, owner: Node, label: str) -> None:
        """Report credentials in an authentication block; they are never written."""
        auth = self._resolver.get(owner, "auth")
        if auth.is_object and auth.place not in self._seen_auth and read_auth(self._resolver, auth)[1]:
            self._seen_auth.add(auth.place)
            self._draft.masked(child(owner, "auth"), f"{label}: the values of its authentication are not written")

    def _endpoint(self, item: _Item, usual_base: str) -> dict[str, Any]:
        resolver, draft, label, address = self._resolver, self._draft, item.label, item.address
        request = resolver.get(item.node, "request")
        self._report_scripts(item.node, label)
        if address.masked:
            draft.masked(request, f"{label}: a user, password or key in its address is not written")
        headers, special = self._headers(request, label, item.variables) if request.is_object else ([], {})
        authentication = self._authentication(item, request, special)
        body = self._body(request, special, label, item.variables) if request.is_object else {}
        body["example"] = self._mask_values(body.get("example"), request, f"{label}: the request")
        response, errors = self._responses(item.node, label, item.variables)
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
                    f"Folder: {' / '.join(item.folder.names)}" if item.folder.names else "",
                    bullet_list("Parameters", address.parameters),
                    authentication,
                    base if address.base != usual_base else "",
                ]
            ),
        }

    def _headers(self, request: Node, label: str, variables: Variables) -> tuple[list[dict[str, Any]], dict[str, str]]:
        """Return the headers for the spec, and the values of special headers by lower-case name."""
        shown: list[dict[str, Any]] = []
        special: dict[str, str] = {}
        for name, value, place, sent in header_pairs(self._resolver, request):
            if not sent:
                self._draft.left_out(place, f"{label}: header {name}", "it is disabled")
            elif name.lower() in _SPECIAL_HEADERS:
                special[name.lower()] = variables.fill(value)
                if name.lower() in _CREDENTIALS and value and not value.strip().startswith("{{"):
                    self._draft.masked(place, f"{label}: the value of the header `{name}` is not written")
            elif is_secret_name(name) and "{{" not in value:
                shown.append({"name": variables.fill(name), "value": f"{{{name}}}"})
                if value:
                    self._draft.masked(place, f"{label}: the value of the header `{name}` is not written")
            else:
                shown.append({"name": variables.fill(name), "value": variables.fill(value) or None})
        return shown, special

    def _authentication(self, item: _Item, request: Node, headers: dict[str, str]) -> str:
        """Record the request's authentication; return a note if it differs from the collection's."""
        resolver = self._resolver
        owner = request if request.is_object and "auth" in request.value else item.node
        self._report_credentials(owner, item.label)
        auth = inherited(resolver, owner, item.folder.auth)
        scheme = read_auth(resolver, auth)[0] if auth.is_object else None
        if scheme is None and "authorization" in headers:
            scheme = scheme_of_header(headers["authorization"])
        general = resolver.get(self._root, "auth")
        usual = read_auth(resolver, general)[0] if general.is_object else None
        if scheme is not None:
            self._security.add([scheme], scheme.scopes)
        if usual is not None and scheme is None:
            return "No authentication."
        if scheme is not None and (usual is None or usual.text != scheme.text):
            return f"Authentication: {describe_alternatives([[scheme]])}."
        return ""

    def _body(self, request: Node, headers: dict[str, str], label: str, variables: Variables) -> dict[str, Any]:
        resolver, draft = self._resolver, self._draft
        place = resolver.get(request, "body")
        if not isinstance(place.value, dict) or place.value.get("disabled") is True or not place.value.get("mode"):
            return {}
        content_type = headers.get("content-type", "")
        match place.text("mode"):
            case "raw":
                language = resolver.get(place, "options", "raw").text("language")
                text = place.text("raw")
                value = json_value(text, variables)
                kind = content_type or _LANGUAGES.get(
                    language, "application/json" if not isinstance(value, str) else "text/plain"
                )
                return (
                    {"content_type": kind, "example": value if "json" in kind else variables.fill(text)} if text else {}
                )
            case "urlencoded":
                kind = content_type if "urlencoded" in content_type else "application/x-www-form-urlencoded"
                return {
                    "content_type": kind,
                    "example": as_body(self._form(place, "urlencoded", label, variables), kind),
                }
            case "formdata":
                return {
                    "content_type": "multipart/form-data",
                    "example": self._form(place, "formdata", label, variables),
                }
            case "graphql":
                query = resolver.get(place, "graphql")
                inner: dict[str, Any] = {"query": query.text("query")}
                if query.text("variables"):
                    inner["variables"] = json_value(query.text("variables"), variables)
                return {"content_type": "application/json", "example": inner}
            case "file":
                return {"content_type": content_type or "application/octet-stream", "example": "(the bytes of a file)"}
            case mode:
                draft.left_out(child(request, "body"), label, f"its body has the unknown mode `{mode}`")
        return {}

    def _mask_values(self, value: Any, place: Node, what: str) -> Any:
        """Return an example with placeholders for values whose names suggest a secret: people save real ones."""
        hidden: dict[str, None] = {}

        def walk(value: Any) -> Any:
            if isinstance(value, list):
                return [walk(each) for each in value]
            if not isinstance(value, dict):
                return value
            result = {}
            for key, each in value.items():
                is_secret = isinstance(each, str) and each and each[:1] not in "{<" and is_secret_name(key)
                hidden.update({key: None} if is_secret else {})
                result[key] = f"{{{key}}}" if is_secret else walk(each)
            return result

        safe = walk(value)
        if hidden:
            names = ", ".join(f"`{name}`" for name in list(hidden)[:5])
            self._draft.masked(place, f"{what} contains {names}, whose values are not written")
        return safe

    def _form(self, place: Node, word: str, label: str, variables: Variables) -> dict[str, str]:
        form: dict[str, str] = {}
        for _, each in self._resolver.items(child(place, word)):
            field = self._resolver.follow(each)
            name = variables.fill(field.text("key"))
            if not name:
                continue
            if field.value.get("disabled") is True:
                self._draft.left_out(each, f"{label}: field {name}", "it is disabled")
            elif field.text("type") == "file":
                form[name] = "(the bytes of a file)"
            elif is_secret_name(name) and field.text("value") and not field.text("value").startswith("{{"):
                form[name] = f"{{{name}}}"
                self._draft.masked(each, f"{label}: the value of the field `{name}` is not written")
            else:
                form[name] = variables.fill(field.text("value"))
        return form

    def _responses(self, item: Node, label: str, variables: Variables) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Return the saved response to show, and the errors."""
        resolver = self._resolver
        saved = [resolver.follow(place) for _, place in resolver.items(child(item, "response"))]
        fine: list[Node] = []
        errors: dict[str, dict[str, Any]] = {}
        for response in saved:
            code = response.text("code")
            if not isinstance(response.value, dict):
                continue
            if code[:1] in ("4", "5"):
                known = errors.setdefault(code, {"on": code, "meaning": None})
                names = dict.fromkeys(
                    filter(None, [known["meaning"], response.text("name") or response.text("status")])
                )
                known["meaning"] = "; ".join(names) or None
                if response.text("body"):
                    self._draft.left_out(
                        response,
                        f"{label}: the body of the saved response {response.text('name') or code}",
                        "the spec has one response",
                    )
            else:
                fine.append(response)
        if not fine:
            return {}, list(errors.values())
        best = min(fine, key=lambda response: (response.text("code")[:1] != "2", not response.text("body")))
        for response in fine:
            if response is not best:
                self._draft.left_out(
                    response,
                    f"{label}: the saved response {response.text('name') or response.text('code')}",
                    "the spec has one response",
                )
        shown = self._response(best, variables)
        shown["example"] = self._mask_values(shown.get("example"), best, f"{label}: the response")
        return shown, list(errors.values())

    def _response(self, response: Node, variables: Variables) -> dict[str, Any]:
        pairs = header_pairs(self._resolver, response)
        kind = next((value for name, value, _, _ in pairs if name.lower() == "content-type"), "")
        code, text = response.text("code"), response.text("body")
        found: dict[str, Any] = {"status": int(code) if code.isdecimal() and len(code) == 3 else None}
        if text:
            value = json_value(text, variables)
            is_json = not isinstance(value, str) and (
                not kind or "json" in kind or response.text("_postman_previewlanguage") == "json"
            )
            found["content_type"] = kind or ("application/json" if is_json else "text/plain")
            found["example"] = value if is_json else text
        return found


def _base_name(base: str) -> str:
    inner = re.fullmatch(r"\{([^{}]+)\}", base)
    return inner[1] if inner else ""
