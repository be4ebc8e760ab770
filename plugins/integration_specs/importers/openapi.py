"""Import OpenAPI documents: operations become endpoints, webhooks and callbacks become events.

The document describes the vendor's application: we call its operations and receive its webhooks. With `ours` it describes our
own: we receive the calls of its operations, and send its webhooks.
"""

from pathlib import Path
from typing import Any, Literal

from integration_specs.contracts import (
    MediaType,
    Node,
    Operation,
    Resolver,
    child,
    documented_operations,
    documented_webhooks,
)
from integration_specs.text.display import plural, printable

from . import Import, ImportOptions
from ._bodies import JSON_TYPES, as_body, preferred_type
from ._clean_text import join_names, paragraphs
from ._draft import Draft, open_document
from ._openapi_notes import (
    header_value,
    is_standard_header,
    other_responses,
    parameter_list,
    response_list,
    split_summary,
)
from ._schema_examples import MADE_UP_KEY, SchemaExamples, Side
from ._security import (
    Scheme,
    SecurityRequirements,
    describe_alternatives,
    header_scheme,
    is_credential_header,
    read_scheme,
)
from ._selection import Candidate, select
from ._servers import base_url_note, common_servers, environments, openapi_servers
from ._vendor_info import describe

SUPPORTS_SELECTION = True
SUPPORTS_OURS = True


def read(path: Path, options: ImportOptions) -> Import:
    """Return the spec of an OpenAPI document. Raises `ImportFault`."""
    return _Reader(open_document(path, options, "OpenAPI", ("3.",)), options).read()


class _Reader:
    def __init__(self, resolver: Resolver, options: ImportOptions) -> None:
        self._resolver, self._options = resolver, options
        self._draft = Draft(options, resolver)
        self._examples = SchemaExamples(resolver)
        self._schemes: dict[str, Scheme] = {}
        self._security = SecurityRequirements()
        self._event_names: set[str] = set()
        version = resolver.root.text("openapi")
        if not version.startswith(("3.0", "3.1")):
            self._draft.assumed(
                child(resolver.root, "openapi"),
                f"OpenAPI {printable(version, 20)} is read as 3.1",
                "Features that are new in it, such as `itemSchema`, are ignored; add them by hand.",
            )

    def read(self) -> Import:
        """Return the spec."""
        resolver, draft = self._resolver, self._draft
        selected = select([*self._operations(), *self._webhooks()], self._options, draft)
        operations = [operation for operation, names in selected if not names]
        servers = common_servers(resolver, [operation.servers for operation in operations])
        for number, (operation, names) in enumerate(selected):
            if number % 20 == 0:
                self._options.progress(number, len(selected))
            if not operation.node:
                draft.left_out(
                    operation.place, f"webhook {names[0]}" if names else operation.label, "is not an operation"
                )
            elif names:
                self._event(operation, names, f"webhook {names[0]}", "", received=not self._options.ours)
            elif self._options.ours:
                self._event(operation, (operation.id, operation.label), f"call {operation.label}", "", received=True)
            else:
                draft.append(self._endpoint(operation, servers), operation.node, operation.label, "endpoints")
                self._callbacks(operation)
        self._options.progress(len(selected), len(selected))
        draft.without_examples(self._examples.failed)
        self._describe(servers)
        return draft.finish(resolver.get(resolver.root, "info").text("title"))

    def _describe(self, servers: Node) -> None:
        resolver, draft, data = self._resolver, self._draft, self._draft.data
        info = resolver.get(resolver.root, "info")
        received, sent = (data.get("events", {}).get(side) for side in ("received", "sent"))
        outbound = bool(data.get("endpoints") or sent)
        data["system"] = info.text("title") or "Unnamed API"
        data["type"] = "Webhook" if (received or sent) and not data.get("endpoints") else "API"
        describe(resolver, draft, info)
        if received or sent:
            data["overview"] = {
                "direction": "Bidirectional" if received and outbound else "Inbound" if received else "Outbound"
            }
            assumed, turn = "the vendor's: we receive its webhooks", "Add `--ours` if it describes our own application."
            if self._options.ours:
                assumed = "ours: we receive the calls of its operations and send its webhooks"
                turn = "Omit `--ours` if it describes the vendor's application."
            draft.assumed(child(resolver.root, "openapi"), f"the document is assumed to be {assumed}", turn)
        data["authentication"] = self._authentication()
        environments(draft, openapi_servers(resolver, draft, servers))

    # --- what the document lists

    def _operations(self) -> list[Candidate]:
        found: list[Candidate] = []
        for operation in documented_operations(self._resolver):
            if operation.method:
                found.append(self._candidate(operation, ()))
            elif not self._resolver.follow(operation.place).is_object:
                self._draft.left_out(operation.place, operation.path, "is not a path item")
        return found

    def _webhooks(self) -> list[Candidate]:
        found: list[Candidate] = []
        for name, place, operations in documented_webhooks(self._resolver):
            if not operations:
                self._draft.left_out(place, f"webhook {name}", "has no operation")
            for operation in operations:
                title = name if len(operations) == 1 else f"{name} {operation.method}"
                found.append(self._candidate(operation, (title, operation.id)))
        return found

    def _candidate(self, operation: Operation, names: tuple[str, ...]) -> Candidate:
        """Return a candidate; `names` are those of a webhook, of which any can be selected."""
        asked = next((name for name in names if name in self._options.operations), "")

        def details() -> tuple[str, tuple[str, ...]]:
            return asked or operation.id or (names[0] if names else ""), operation.tags

        return Candidate((operation, names), "" if names else operation.path, details)

    # --- endpoints

    def _endpoint(self, operation: Operation, servers: Node) -> dict[str, Any]:
        resolver = self._resolver
        summary, rest = split_summary(operation)
        request, request_made_up = self._body(operation.request_bodies, operation.label, "request")
        status, response, response_made_up = self._response(operation)
        headers = [each for each in operation.parameters if each.text("in") == "header"]
        credentials = self._credential_headers(operation, headers)
        request["headers"] = [
            {"name": each.text("name"), "value": header_value(resolver, each)}
            for each in headers
            if not is_standard_header(each) and each.text("name") not in credentials
        ] or None
        endpoint: dict[str, Any] = {
            "method": operation.method,
            "path": operation.path,
            "description": summary,
            "request": request,
            "response": response,
            "errors": self._errors(operation, status) or None,
        }
        documented = resolver.get(operation.node, "externalDocs").text("url")
        body_about = operation.request.text("description")
        made_up = request_made_up + response_made_up
        which = (
            "examples were" if made_up == 2 else "request example was" if request_made_up else "response example was"
        )
        endpoint["notes"] = paragraphs(
            [
                "**Deprecated by the vendor.**" if operation.deprecated else "",
                rest,
                parameter_list(operation, credentials),
                f"Body: {body_about}" if body_about else "",
                other_responses(operation, status) or "",
                self._require(operation, endpoint, credentials),
                base_url_note(resolver, operation.servers, servers),
                f"More: {documented}" if documented else "",
                f"*The {which} generated from the vendor's schema.*" if made_up else "",
            ]
        )
        key = next((each for each in headers if "idempotency" in each.text("name").lower()), None)
        if key is not None:
            endpoint["idempotency"] = {"header": key.text("name"), "note": key.text("description") or None}
        endpoint["x-operation-id"] = operation.id or None
        endpoint["x-tags"] = ", ".join(operation.tags) or None
        return endpoint

    def _body(self, bodies: tuple[MediaType, ...], label: str, side: Side) -> tuple[dict[str, Any], bool]:
        """Return content type and example of a body, and whether the example was generated."""
        if not bodies:
            return {}, False
        types = [each.content_type for each in bodies]
        chosen = preferred_type(types)
        media = bodies[types.index(chosen)]
        if others := [each for each in bodies if each is not media]:
            what = f"{label}, {side} as {join_names([each.content_type for each in others], 4)}"
            self._draft.left_out(others[0].node, what, f"the spec has one content type, `{chosen}`")
        content_type = "application/json" if chosen in JSON_TYPES else chosen
        found: dict[str, Any] = {"content_type": content_type}
        value, is_documented = self._example(media, label, side)
        value = as_body(value, content_type)
        is_text = "xml" in content_type or content_type.startswith("text/")
        if value is None or (is_text and not is_documented and not isinstance(value, str)):
            return found, False
        found["example"] = value
        if not is_documented:
            found[MADE_UP_KEY] = True
            named = "example" if label.startswith(("webhook ", "callback ", "call ")) else f"{side} example"
            self._draft.made_up(media.node, f"{label}: the {named} was generated from the schema")
        return found, not is_documented

    def _example(self, media: MediaType, label: str, side: Side) -> tuple[Any, bool]:
        """Return the example of a body, and whether the document contains it."""
        given = [(name, node) for name, node in media.examples if node]
        if given:
            if len(given) > 1:
                names = ", ".join(name for name, _ in given[1:6])
                what = f"{label}, {side}: {plural(len(given) - 1, 'more example')} ({names})"
                self._draft.left_out(given[1][1], what, "the spec has one example")
            return given[0][1].value, True
        for _, node in media.examples[:1]:
            why = "its value is not in the document, and nothing is fetched"
            self._draft.left_out(node, f"{label}, {side}: its example", why)
        return self._examples.of(media.schema, side)

    def _response(self, operation: Operation) -> tuple[str, dict[str, Any], bool]:
        """Return the status of the response to show, the response, and whether its example was generated."""
        successes = [status for status, _ in operation.responses if status[:1] not in ("4", "5")]
        if not successes:
            return "", {}, False

        def rank(status: str) -> tuple[int, str]:
            kind = 0 if status[:1] == "2" else 1 if status == "default" else 2
            return kind * 2 + (not operation.response_bodies(status)), status

        status = min(successes, key=rank)
        response, made_up = self._body(operation.response_bodies(status), operation.label, "response")
        if status[:1].isdecimal():
            response["status"] = int(status) if len(status) == 3 and status.isdecimal() else int(status[0]) * 100
        return status, response, made_up

    def _errors(self, operation: Operation, shown: str) -> list[dict[str, Any]]:
        return [
            {
                "on": "any other" if status == "default" else status.replace("X", "x"),
                "meaning": node.text("description", "summary") or None,
            }
            for status, node in operation.responses
            if status[:1] in ("4", "5") or (status == "default" and shown != "default")
        ]

    # --- authentication

    def _credential_headers(self, operation: Operation, headers: list[Node]) -> dict[str, Scheme]:
        """Return the header parameters that authenticate the caller, of an operation without security requirements."""
        if operation.security.value:
            return {}
        return {
            each.text("name"): header_scheme(each.text("name"), each.text("description"))
            for each in headers
            if each.value.get("required") is True and is_credential_header(each.text("name"))
        }

    def _require(self, operation: Operation, entry: dict[str, Any], credentials: dict[str, Scheme]) -> str:
        """Record the security requirements, and add the scopes to the entry; return a note if they differ from the document's."""
        alternatives: list[list[Scheme]] = [list(credentials.values())] if credentials else []
        scopes: dict[str, str] = {}
        for _, place in self._resolver.items(operation.security):
            together: list[Scheme] = []
            for name, needed in self._resolver.items(place):
                scheme = self._scheme(name)
                together.append(scheme)
                for scope in needed.value if isinstance(needed.value, list) else ():
                    if isinstance(scope, str) and scope.strip():
                        scopes[scope] = scheme.scopes.get(scope, "")
            alternatives.append(together)
        for together in alternatives:
            self._security.add(together, {})
        self._security.add([], scopes)
        entry["scopes"] = list(scopes) or None
        usual = child(self._resolver.root, "security").value
        own = child(operation.node, "security").value
        if not usual or not isinstance(own, list) or own == usual:
            return ""
        return f"Authentication: {describe_alternatives(alternatives)}." if any(alternatives) else "No authentication."

    def _scheme(self, name: str) -> Scheme:
        if name not in self._schemes:
            place = self._resolver.get(self._resolver.root, "components", "securitySchemes", name)
            self._schemes[name] = read_scheme(self._resolver, place, name)
        return self._schemes[name]

    def _authentication(self) -> dict[str, Any] | None:
        resolver, security = self._resolver, self._security
        place = resolver.get(resolver.root, "components", "securitySchemes")
        if not security.requirements:
            for _, requirement in resolver.items(child(resolver.root, "security")):
                security.add([self._scheme(name) for name, _ in resolver.items(requirement)], {})
        if not security.requirements:
            security.requirements = {name: [self._scheme(name)] for name, _ in resolver.items(place)}
        known = {scope: reason for scheme in self._schemes.values() for scope, reason in scheme.scopes.items()}
        if not security.scopes:
            security.scopes = known
        return security.section()

    # --- events

    def _callbacks(self, operation: Operation) -> None:
        for name, place, callbacks in operation.callbacks():
            for callback in filter(lambda each: each.node, callbacks):
                names = (
                    name,
                    *(f"{name} ({word})" for word in (operation.id, operation.label, callback.label) if word),
                )
                when = f"After `{operation.label}`, sent to `{callback.path}`."
                self._event(callback, names, f"callback {name}", when, received=True)
            if not callbacks:
                self._draft.left_out(place, f"callback {name} of {operation.label}", "has no operation")

    def _event(self, operation: Operation, names: tuple[str, ...], label: str, after: str, *, received: bool) -> None:
        known = [name for name in names if name]
        name = next((name for name in known if name not in self._event_names), known[-1])
        self._event_names.add(name)
        summary, rest = split_summary(operation)
        payload, made_up = self._body(operation.request_bodies, label, "response" if received else "request")
        texts = [rest, operation.request.text("description"), parameter_list(operation)]
        texts += ["*The example was generated from the vendor's schema.*"] if made_up else []
        payload["description"] = paragraphs(texts)
        event: dict[str, Any] = {
            "name": name,
            ("when" if received else "why"): paragraphs([summary, after]),
            "payload": payload,
            "delivery": {"note": response_list(operation, "Our response" if received else "Expected response")},
        }
        signature = next((each for each in operation.parameters if "signature" in each.text("name").lower()), None)
        if signature is not None:
            event["signature"] = {"header": signature.text("name"), "note": signature.text("description") or None}
        if isinstance(child(operation.node, "security").value, list):
            self._require(operation, event, {})
        side: Literal["received", "sent"] = "received" if received else "sent"
        self._draft.append(event, operation.node, label, "events", side)
