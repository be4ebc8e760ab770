"""Import OpenAPI documents: operations become endpoints, webhooks and callbacks become events.

The document describes the vendor's application: we call its operations and receive its webhooks. With `ours` it describes our
own: we receive the calls of its operations, and send its webhooks.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from integration_specs.contracts import Node, Operation, Resolver, child, documented_operations, documented_webhooks
from integration_specs.text.display import printable

from . import ASSUMED, Import, ImportOptions
from ._bodies import BodyReader
from ._clean_text import join_names, paragraphs
from ._draft import Draft, open_document
from ._parts_without_field import (
    header_value,
    is_standard_header,
    named_list,
    other_responses,
    parameter_list,
    response_headers,
    split_summary,
)
from ._schema_examples import MADE_UP_KEY
from ._security import Scheme, SecurityRequirements, describe_alternatives, header_scheme, is_credential_header
from ._selection import select
from ._servers import base_url_note, common_servers, environments, openapi_servers

SUPPORTS_SELECTION = True
SUPPORTS_OURS = True


def read(path: Path, options: ImportOptions) -> Import:
    """Return the spec of an OpenAPI document. Raises `ImportFault`."""
    return _Reader(open_document(path, options, "OpenAPI", ("3.",)), options).read()


class _Reader:
    def __init__(self, resolver: Resolver, options: ImportOptions) -> None:
        self._resolver, self._options = resolver, options
        self._draft = Draft(options, resolver)
        self._bodies = BodyReader(self._draft, resolver)
        self._security = SecurityRequirements(resolver)
        documented = self._security.read(resolver.get(resolver.root, "security"))
        self._usual_security = describe_alternatives(together for together, _ in documented)
        self._event_names: set[str] = set()
        self._has_error_bodies = self._names_scopes = False
        version = resolver.root.text("openapi")
        if not version.startswith(("3.0", "3.1")):
            message = f"OpenAPI {printable(version, 20)} is read as 3.1"
            help = "Features that are new in it, such as `itemSchema`, are ignored; add them by hand."
            self._draft.report(ASSUMED, child(resolver.root, "openapi"), message, help)

    def read(self) -> Import:
        resolver, draft, data, is_ours = self._resolver, self._draft, self._draft.data, self._options.ours
        listed = list(self._listed())
        selected = select(listed, draft, lambda each: "" if each[1] else each[0].path, self._identify)
        servers = common_servers(resolver, [operation.servers for operation, names in selected if not names])
        for operation, names in selected:
            label = f"webhook {names[0]}" if names else operation.label
            if not operation.node:
                draft.left_out(operation.place, label, "is not an operation")
            elif names:
                self._event(operation, names, label, received=not is_ours)
            elif is_ours:
                self._event(operation, (operation.id, label), f"call {label}", received=True)
            else:
                draft.append(self._endpoint(operation, servers), operation.node, label, "endpoints")
                self._callbacks(operation)
        info = resolver.get(resolver.root, "info")
        data["system"] = info.text("title") or "Unnamed API"
        data["type"] = "Webhook" if data.get("events") and not data.get("endpoints") else "API"
        draft.describe(info, info.text("description", "summary"))
        draft.set_direction(
            "openapi", "we receive its webhooks", "we receive the calls of its operations and send its webhooks"
        )
        self._names_scopes = self._security.has_scopes
        self._security.add_documented()
        data["authentication"] = self._security.section()
        environments(draft, openapi_servers(resolver, draft, servers))
        return draft.finish(info.text("title"))

    def _listed(self) -> Iterator[tuple[Operation, tuple[str, ...]]]:
        """Yield the operations of paths, then those of webhooks with the names by which they can be selected."""
        for operation in documented_operations(self._resolver):
            if operation.method:
                yield operation, ()
            elif not self._resolver.follow(operation.place).is_object:
                self._draft.left_out(operation.place, operation.path, "is not a path item")
        for name, place, operations in documented_webhooks(self._resolver):
            if not operations:
                self._draft.left_out(place, f"webhook {name}", "has no operation")
            for operation in operations:
                yield operation, (name if len(operations) == 1 else f"{name} {operation.method}", operation.id)

    def _identify(self, listed: tuple[Operation, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
        operation, names = listed
        asked = next((name for name in names if name in self._options.operations), "")
        return asked or operation.id or "".join(names[:1]), operation.tags

    # --- endpoints

    def _endpoint(self, operation: Operation, servers: Node) -> Callable[[], dict[str, Any]]:
        """Record what an operation requires, and return a function that makes its endpoint, which a full spec does not need."""
        headers = [each for each in operation.parameters if each.text("in") == "header"]
        required = [each for each in headers if each.is_true("required") and is_credential_header(each.text("name"))]
        schemes = {(name := each.text("name")): header_scheme(name, each.text("description")) for each in required}
        credentials = {} if operation.security.value else schemes
        authentication, scopes = self._require(operation, credentials)

        def made() -> dict[str, Any]:
            resolver = self._resolver
            summary, rest = split_summary(operation)
            request = self._bodies.read(operation.request_bodies, operation.label, "request", "request")
            status, response = self._response(operation)
            request["headers"] = [
                {"name": each.text("name"), "value": header_value(resolver, each)}
                for each in headers
                if not is_standard_header(each) and each.text("name") not in credentials
            ] or None
            documented = resolver.get(operation.node, "externalDocs").text("url")
            body_about = operation.request.text("description")
            made_up = [name for name, body in (("request", request), ("response", response)) if MADE_UP_KEY in body]
            which = "examples were" if len(made_up) == 2 else f"{''.join(made_up)} example was"
            key = next((each for each in headers if "idempotency" in each.text("name").lower()), None)
            return {
                "method": operation.method,
                "path": operation.path,
                "description": summary,
                "request": request,
                "response": response,
                "errors": self._errors(operation, status) or None,
                "notes": paragraphs(
                    [
                        "**Deprecated by the vendor.**" if operation.node.is_true("deprecated") else "",
                        rest,
                        parameter_list(operation, credentials),
                        f"Body: {body_about}" if body_about else "",
                        other_responses(operation, status) or "",
                        authentication,
                        base_url_note(resolver, operation.servers, servers),
                        f"More: {documented}" if documented.startswith(("https://", "http://")) else "",
                        f"*The {which} generated from the vendor's schema.*" if made_up else "",
                    ]
                ),
                "scopes": scopes if scopes or self._names_scopes else None,
                "idempotency": _header_note(key),
                "x-operation-id": operation.id or None,
                "x-tags": ", ".join(operation.tags) or None,
            }

        return made

    def _response(self, operation: Operation) -> tuple[str, dict[str, Any]]:
        """Return the status of the response to show, and the response."""
        successes = [status for status, _ in operation.responses if status[:1] not in ("4", "5")]
        if not successes:
            return "", {}

        def rank(status: str) -> tuple[int, bool, str]:
            kind = 0 if status[:1] == "2" else 1 if status == "default" else 2
            return kind, not operation.response_bodies(status), status

        status = min(successes, key=rank)
        response = self._bodies.read(operation.response_bodies(status), operation.label, "response", "response")
        if status[:1].isdecimal():
            response["status"] = int(status) if len(status) == 3 and status.isdecimal() else int(status[0]) * 100
        return status, response

    def _errors(self, operation: Operation, shown: str) -> list[dict[str, Any]]:
        errors: list[dict[str, Any]] = []
        for status, node in operation.responses:
            if status[:1] in ("4", "5") or (status == "default" and shown != "default"):
                names = [name for name, _ in response_headers(self._resolver, node)]
                headers = f"Headers: {join_names(names, 10)}." if names else ""
                meaning = paragraphs([node.text("description", "summary"), headers])
                errors.append(
                    {"on": "any other" if status == "default" else status.replace("X", "x"), "meaning": meaning}
                )
                if operation.response_bodies(status) and not self._has_error_bodies:
                    self._has_error_bodies = True
                    self._draft.left_out(node, "the bodies of error responses", "the spec has only their meanings")
        return errors

    def _require(self, operation: Operation, credentials: dict[str, Scheme]) -> tuple[str, list[str] | None]:
        """Record the security requirements; return a note if they differ from the document's, and the scopes."""
        alternatives = [(list(credentials.values()), dict[str, str]())] if credentials else []
        alternatives += self._security.read(operation.security)
        for together, scopes in alternatives:
            self._security.add(together, scopes)
        names = list(dict.fromkeys(scope for _, scopes in alternatives for scope in scopes)) or None
        if (
            names is None
            and operation.security
            and not any(scheme.scopes for together, _ in alternatives for scheme in together)
        ):
            names = []
        described = describe_alternatives(together for together, _ in alternatives)
        if self._usual_security in ("", described) or not isinstance(child(operation.node, "security").value, list):
            return "", names
        is_open = not any(together for together, _ in alternatives)
        return "No authentication." if is_open else f"Authentication: {described}.", names

    # --- events

    def _callbacks(self, operation: Operation) -> None:
        for name, place, callbacks in operation.callbacks():
            for callback in callbacks:
                if callback.node:
                    words = (operation.id, operation.label, callback.label)
                    names = (name, *(f"{name} ({word})" for word in words if word))
                    when = f"After `{operation.label}`, sent to `{callback.path}`."
                    self._event(callback, names, f"callback {name}", when, received=True)
            if not callbacks:
                self._draft.left_out(place, f"callback {name} of {operation.label}", "has no operation")

    def _event(
        self, operation: Operation, names: tuple[str, ...], label: str, after: str = "", *, received: bool
    ) -> None:
        known = [name for name in names if name]
        name = next((name for name in known if name not in self._event_names), known[-1])
        self._event_names.add(name)
        summary, rest = split_summary(operation)
        payload = self._bodies.read(operation.request_bodies, label, "response" if received else "request")
        made_up = "*The example was generated from the vendor's schema.*" if MADE_UP_KEY in payload else ""
        about = operation.request.text("description")
        payload["description"] = paragraphs([rest, about, parameter_list(operation), made_up])
        signature = next((each for each in operation.parameters if "signature" in each.text("name").lower()), None)
        title = "Our response" if received else "Expected response"
        has_security = isinstance(child(operation.node, "security").value, list)
        event = {
            "name": name,
            ("when" if received else "why"): paragraphs([summary, after]),
            "payload": payload,
            "delivery": {"note": named_list(self._resolver, title, operation.responses)},
            "signature": _header_note(signature),
            "scopes": (self._require(operation, {})[1] or None) if has_security else None,
        }
        self._draft.append(event, operation.node, label, "events", "received" if received else "sent")


def _header_note(parameter: Node | None) -> dict[str, Any] | None:
    return {"header": parameter.text("name"), "note": parameter.text("description") or None} if parameter else None
