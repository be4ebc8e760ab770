"""Import OpenAPI documents: operations become endpoints, webhooks and callbacks become events that we receive."""

from pathlib import Path
from typing import Any, Literal

from integration_specs.contracts import Node, Resolver, child
from integration_specs.text.display import printable

from . import Import, ImportOptions, fault
from ._draft import Draft, open_document
from ._info import describe
from ._openapi_notes import header_value, other_responses, parameter_list, response_rank, split_summary
from ._schema_examples import JSON, MADE_UP_KEY, SchemaExamples, as_body, preferred_type
from ._security import Scheme, SecurityRequirements, describe_alternatives, read_scheme
from ._selection import Selection
from ._servers import BaseUrls, environments, openapi_servers
from ._texts import bullet, bullet_list, join_names, paragraphs

SUPPORTS_SELECTION = True
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_CONVERT = (
    "Convert it first: open it in editor.swagger.io and choose Edit, Convert to OpenAPI 3, or run "
    "`npx swagger2openapi FILE -o openapi.yaml`; then import the result."
)


def read(path: Path, options: ImportOptions) -> Import:
    """Return the spec of an OpenAPI document. Raises `ImportFault`."""
    resolver = open_document(path, options, "an OpenAPI document")
    _require_version(resolver, options)
    reader = _Reader(resolver, options)
    reader.operations()
    reader.webhooks()
    reader.selection.require_matches()
    return reader.finish()


def _require_version(resolver: Resolver, options: ImportOptions) -> None:
    root = resolver.root
    version = root.text("openapi")
    if version.startswith("3."):
        return
    at = root.span
    if "swagger" in root.value:
        at = child(root, "swagger").span
        message, help = (
            f"this is Swagger {printable(root.text('swagger'), 20)}; OpenAPI 3.0 and 3.1 are supported",
            _CONVERT,
        )
    elif version:
        at = child(root, "openapi").span
        message, help = (
            f"OpenAPI {printable(version, 20)} is not supported; 3.0 and 3.1 are",
            "Convert it to OpenAPI 3.1.",
        )
    elif "asyncapi" in root.value:
        message, help = "this is an AsyncAPI document", "Run `integration-specs import asyncapi FILE`."
    elif "item" in root.value and "info" in root.value:
        message, help = "this looks like a Postman collection", "Run `integration-specs import postman FILE`."
    else:
        message, help = (
            "this is not an OpenAPI document: `openapi` is missing",
            "Add the version, for example `openapi: 3.1.0`.",
        )
    raise fault(options, message, at, help)


class _Reader:
    def __init__(self, resolver: Resolver, options: ImportOptions) -> None:
        self._resolver, self._options = resolver, options
        self._draft = Draft(options, resolver)
        self._examples = SchemaExamples(resolver)
        self.selection = Selection(options, self._draft)
        self._schemes: dict[str, Scheme] = {}
        self._security = SecurityRequirements()
        self._events: set[str] = set()
        self._base_urls = BaseUrls(resolver)
        version = resolver.root.text("openapi")
        if not version.startswith(("3.0", "3.1")):
            self._draft.assumed(
                child(resolver.root, "openapi"),
                f"OpenAPI {printable(version, 20)} is read as 3.1",
                "Features that are new in it, such as `itemSchema`, are ignored; add them by hand.",
            )

    def finish(self) -> Import:
        """Return the spec."""
        resolver, draft = self._resolver, self._draft
        info = resolver.get(resolver.root, "info")
        system = info.text("title") or "TODO"
        data = draft.data
        received = data.get("events", {}).get("received", [])
        data["system"] = system if system != "TODO" else "Unnamed API"
        data["type"] = "API" if data.get("endpoints") or not received else "Webhook"
        describe(resolver, draft, info)
        if received:
            data["overview"] = {"direction": "Bidirectional" if data.get("endpoints") else "Inbound"}
        data["authentication"] = self._authentication()
        servers = child(resolver.root, "servers")
        shared = None if servers.value else self._base_urls.shared(data.get("endpoints", []))
        environments(draft, openapi_servers(resolver, draft, shared or servers))
        return draft.finish(system)

    # --- operations

    def operations(self) -> None:
        """Read the selected operations, and report the others."""
        resolver, draft = self._resolver, self._draft
        paths = list(resolver.items(child(resolver.root, "paths")))
        for number, (path, place) in enumerate(paths):
            if number % 50 == 0:
                self._options.progress(number, len(paths))
            if path.startswith("x-"):
                continue
            item = resolver.follow(place)
            if not isinstance(item.value, dict):
                draft.left_out(place, path, "is not a path item")
                continue
            for method, operation in self._methods(place, path):
                label = f"{method} {path}"
                tags = self._tags(operation)
                if self.selection.includes(operation, label, operation.text("operationId"), tags, path):
                    draft.append(self._endpoint(method, path, item, operation, tags), operation, label, "endpoints")
                    self._callbacks(operation, label)
        self._options.progress(len(paths), len(paths))

    def _methods(self, place: Node, label: str) -> list[tuple[str, Node]]:
        """Return the operations of a path item, including those beside its `$ref`."""
        resolver = self._resolver
        item = resolver.follow(place)
        found = {name: each for owner in (item, place) for name, each in _own_items(owner) if name.lower() in METHODS}
        found.update(resolver.items(child(item, "additionalOperations")))
        good: list[tuple[str, Node]] = []
        for name, each in found.items():
            operation = resolver.follow(each)
            if isinstance(operation.value, dict):
                good.append((name.upper(), operation))
            else:
                self._draft.left_out(each, f"{name.upper()} {label}", "is not an operation")
        return good

    def _tags(self, operation: Node) -> list[str]:
        named = self._resolver.get(operation, "tags").value
        return [tag for tag in named if isinstance(tag, str)] if isinstance(named, list) else []

    def _endpoint(self, method: str, path: str, item: Node, operation: Node, tags: list[str]) -> dict[str, Any]:
        resolver = self._resolver
        label = f"{method} {path}"
        summary, rest = split_summary(operation, item)
        notes = [rest]
        if operation.value.get("deprecated") is True:
            notes.insert(0, "**Deprecated by the vendor.**")
        parameters = self._parameters(item, operation)
        notes.append(parameter_list(resolver, parameters))
        endpoint: dict[str, Any] = {"method": method, "path": path, "description": summary}
        request = resolver.get(operation, "requestBody")
        endpoint["request"], made = self._message(request, label, "request")
        headers = [each for each in parameters if each.text("in") == "header"]
        endpoint["request"]["headers"] = [
            {"name": each.text("name"), "value": header_value(resolver, each)}
            for each in headers
            if each.text("name").lower() not in ("authorization", "content-type", "accept")
        ] or None
        if request.text("description"):
            notes.append(f"Body: {request.text('description')}")
        responses, errors = self._responses(operation, label)
        endpoint["response"], also_made = responses[0] if responses else ({}, False)
        notes.append(other_responses(resolver, operation, endpoint["response"].get("status")))
        endpoint["errors"] = errors or None
        notes.append(self._secured(operation, endpoint))
        servers = next(filter(None, (child(owner, "servers") for owner in (operation, item))), None)
        notes.append(self._base_urls.note(servers))
        documented = resolver.get(operation, "externalDocs").text("url")
        notes.append(f"More: {documented}" if documented else "")
        if made or also_made:
            which = "examples were" if made and also_made else "request example was" if made else "response example was"
            notes.append(f"*The {which} generated from the vendor's schema.*")
        endpoint["notes"] = paragraphs(notes)
        key = next((each for each in headers if "idempotency" in each.text("name").lower()), None)
        if key is not None:
            endpoint["idempotency"] = {"header": key.text("name"), "note": key.text("description") or None}
        endpoint["x-operation-id"] = operation.text("operationId") or None
        endpoint["x-tags"] = ", ".join(tags) or None
        return endpoint

    def _parameters(self, item: Node, operation: Node) -> list[Node]:
        """Return the parameters of the path and the operation; those of the operation take precedence."""
        found: dict[tuple[str, str], Node] = {}
        for owner in (item, operation):
            for _, place in self._resolver.items(child(owner, "parameters")):
                each = self._resolver.follow(place)
                if each.text("name"):
                    found[each.text("in"), each.text("name")] = each
        return list(found.values())

    def _message(self, holder: Node, label: str, side: Literal["request", "response"]) -> tuple[dict[str, Any], bool]:
        """Return content type and example of a body, and whether the example was generated."""
        resolver, draft = self._resolver, self._draft
        content = resolver.get(holder, "content")
        types = [name for name in content.value if not name.startswith("x-")] if isinstance(content.value, dict) else []
        if not types:
            return {}, False
        chosen = preferred_type(types)
        others = [name for name in types if name != chosen]
        if others:
            what = f"{label}, {side} as {join_names(others, 4)}"
            draft.left_out(child(content, others[0]), what, f"the spec has one content type, `{chosen}`")
        media = resolver.get(content, chosen)
        shown_type = "application/json" if chosen in JSON else chosen
        found: dict[str, Any] = {"content_type": shown_type}
        value, given = self._example(media, label, side)
        if value is None:
            return found, False
        if (
            not given
            and not isinstance(as_body(value, shown_type), str)
            and ("xml" in shown_type or shown_type.startswith("text/"))
        ):
            return found, False
        found["example"] = as_body(value, shown_type)
        if not given:
            found[MADE_UP_KEY] = True
            named = "example" if label.startswith(("webhook ", "callback ")) else f"{side} example"
            draft.made_up(media, f"{label}: the {named} was generated from the schema")
        return found, not given

    def _example(self, media: Node, label: str, side: Literal["request", "response"]) -> tuple[Any, bool]:
        """Return the example of a media type object, and whether the document contains it."""
        resolver, draft = self._resolver, self._draft
        if not isinstance(media.value, dict):
            return None, False
        if media.value.get("example") is not None:
            return media.value["example"], True
        examples = resolver.get(media, "examples")
        named = list(resolver.items(examples))
        for name, place in named:
            value = resolver.get(place, *(() if isinstance(examples.value, list) else ("value",))).value
            if value is not None:
                others = [other for other, _ in named if other != name]
                if others:
                    count = f"{len(others)} more example{'s' * (len(others) > 1)}"
                    what = f"{label}, {side}: {count} ({', '.join(others[:5])})"
                    draft.left_out(named[0][1], what, "the spec has one example")
                return value, True
        for _, place in named[:1]:
            draft.left_out(
                place, f"{label}, {side}: its example", "has no value in the document, and nothing is fetched"
            )
        return self._examples.of(child(media, "schema"), side)

    def _responses(self, operation: Node, label: str) -> tuple[list[tuple[dict[str, Any], bool]], list[dict[str, Any]]]:
        """Return the response to show, and the errors."""
        resolver = self._resolver
        errors: list[dict[str, Any]] = []
        fine: list[tuple[str, Node]] = []
        for status, place in resolver.items(child(operation, "responses")):
            if status.startswith("x-"):
                continue
            response = resolver.follow(place)
            if status[:1] in ("4", "5") or (status == "default" and fine):
                on = status.replace("X", "x") if status != "default" else "any other"
                errors.append({"on": on, "meaning": response.text("description", "summary") or None})
            else:
                fine.append((status, response))
        if not fine:
            return [], errors
        status, response = min(fine, key=response_rank)
        message, made = self._message(response, label, "response")
        if len(status) == 3 and status.isdecimal():
            message["status"] = int(status)
        elif status[:1].isdecimal():
            message["status"] = int(status[0]) * 100
        return [(message, made)], errors

    def _secured(self, operation: Node, endpoint: dict[str, Any]) -> str:
        """Add the scopes to `endpoint`; return a note if its authentication differs from the rest."""
        own = child(operation, "security")
        requirement = own if isinstance(own.value, list) else child(self._resolver.root, "security")
        alternatives: list[list[Scheme]] = []
        scopes: dict[str, str] = {}
        for _, place in self._resolver.items(requirement):
            together: list[Scheme] = []
            for name, needed in self._resolver.items(place):
                scheme = self._scheme(name)
                together.append(scheme)
                for scope in needed.value if isinstance(needed.value, list) else ():
                    if isinstance(scope, str) and scope.strip():
                        scopes[scope] = scheme.scopes.get(scope, "")
            alternatives.append(together)
            self._security.add(together, {})
        self._security.add([], scopes)
        endpoint["scopes"] = list(scopes) or None
        usual = self._resolver.get(self._resolver.root, "security").value
        if not usual or not isinstance(own.value, list) or own.value == usual:
            return ""
        return f"Authentication: {describe_alternatives(alternatives)}." if any(alternatives) else "No authentication."

    def _scheme(self, name: str) -> Scheme:
        if name not in self._schemes:
            place = self._resolver.get(self._resolver.root, "components", "securitySchemes", name)
            self._schemes[name] = read_scheme(self._resolver, place, name)
        return self._schemes[name]

    def _authentication(self) -> dict[str, Any] | None:
        resolver, draft, needs = self._resolver, self._draft, self._security
        declared = dict(resolver.items(resolver.get(resolver.root, "components", "securitySchemes")))
        if not needs.requirements:
            for _, place in resolver.items(child(resolver.root, "security")):
                needs.add([self._scheme(name) for name, _ in resolver.items(place)], {})
        if not needs.requirements:
            needs.requirements = {name: [self._scheme(name)] for name in declared}
        elif unused := [name for name in declared if name not in self._schemes]:
            draft.left_out(
                declared[unused[0]],
                f"security schemes {', '.join(unused[:6])}",
                "no endpoint of the spec requires them",
            )
        known = {scope: reason for scheme in self._schemes.values() for scope, reason in scheme.scopes.items()}
        if not needs.scopes:
            needs.scopes = known
        elif rest := [scope for scope in known if scope not in needs.scopes]:
            place = resolver.get(resolver.root, "components", "securitySchemes")
            draft.left_out(place, f"scopes {join_names(rest, 6, '')}", "no endpoint of the spec requires them")
        return needs.section()

    # --- events

    def webhooks(self) -> None:
        """Read `webhooks`, and `x-webhooks`, which was used before 3.1."""
        resolver = self._resolver
        for word in ("webhooks", "x-webhooks"):
            for name, place in resolver.items(child(resolver.root, word)):
                item = resolver.follow(place)
                if name.startswith("x-"):
                    continue
                methods = self._methods(place, name) if isinstance(item.value, dict) else []
                if not methods:
                    self._draft.left_out(place, f"webhook {name}", "has no operation")
                for method, operation in methods:
                    title = name if len(methods) == 1 else f"{name} {method}"
                    label = f"webhook {title}"
                    if self.selection.includes(
                        operation, label, operation.text("operationId") or name, self._tags(operation), ""
                    ):
                        self._event(title, label, item, operation, "")

    def _callbacks(self, operation: Node, label: str) -> None:
        resolver = self._resolver
        for name, place in resolver.items(child(operation, "callbacks")):
            found = 0
            for expression, item_place in resolver.items(place):
                item = resolver.follow(item_place)
                if expression.startswith("x-") or not isinstance(item.value, dict):
                    continue
                for method, callback in self._methods(item_place, name):
                    found += 1
                    title = name if name not in self._events else f"{name} ({operation.text('operationId') or label})"
                    title = title if title not in self._events else f"{title} {method} {expression}"
                    when = f"After `{label}`, sent to `{expression}`."
                    self._event(title, f"callback {title}", item, callback, when)
            if not found:
                self._draft.left_out(place, f"callback {name} of {label}", "has no operation")

    def _event(self, name: str, label: str, item: Node, operation: Node, after: str) -> None:
        resolver = self._resolver
        self._events.add(name)
        summary, rest = split_summary(operation, item)
        request = resolver.get(operation, "requestBody")
        payload, made = self._message(request, label, "response")
        says = [rest, request.text("description"), parameter_list(resolver, self._parameters(item, operation))]
        says.append("*The example was generated from the vendor's schema.*" if made else "")
        payload["description"] = paragraphs(says)
        responses = [
            bullet(status, "", resolver.follow(place).text("description"))
            for status, place in resolver.items(child(operation, "responses"))
            if not status.startswith("x-")
        ]
        event: dict[str, Any] = {
            "name": name,
            "when": paragraphs([summary, after]),
            "payload": payload,
            "delivery": {"note": bullet_list("Our response", responses)},
        }
        signature = next(
            (each for each in self._parameters(item, operation) if "signature" in each.text("name").lower()), None
        )
        if signature is not None:
            event["signature"] = {"header": signature.text("name"), "note": signature.text("description") or None}
        if isinstance(operation.value.get("security"), list):
            self._secured(operation, event)
        self._draft.append(event, operation, label, "events", "received")


def _own_items(node: Node) -> list[tuple[str, Node]]:
    return [(key, child(node, key)) for key in node.value] if isinstance(node.value, dict) else []
