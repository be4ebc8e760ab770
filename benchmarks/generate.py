"""Realistic specs in any number, the same ones every time: about 12 KB each, as a company's own would be."""

import random
from collections.abc import Iterator
from typing import Any

_SYSTEMS = ["Ledger", "Courier", "Payroll", "Catalog", "Loyalty", "Tickets", "Fraud", "Search", "Mail", "Tax"]
_OBJECTS = ["order", "customer", "invoice", "shipment", "refund", "item", "price", "address", "account", "batch"]
_FIELDS = ["id", "status", "amount", "currency", "created_at", "reference", "email", "quantity", "note"]
OWNERS = tuple(f"team-{number}" for number in range(20))
_CONDITIONS = ["timeout", "network", "401", "403", "404", "409", "422", "429", "5xx", "malformed", "duplicate"]


def owners() -> dict[str, Any]:
    """The content of `owners.yaml`."""
    contact = [{"channel": "slack", "address": "#integrations"}]
    return {
        "owners": {key: {"name": key.title().replace("-", " "), "kind": "team", "contacts": contact} for key in OWNERS}
    }


def specs(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields `count` ids with their specs; the first ones do not depend on how many follow."""
    for number in range(count):
        yield f"system-{number:05}", spec(number)


def spec(number: int) -> dict[str, Any]:
    """One complete, active spec."""
    chance = random.Random(number)  # noqa: S311 (nothing secret)
    name = f"{_SYSTEMS[number % len(_SYSTEMS)]} {number}"
    objects = chance.sample(_OBJECTS, 4)
    endpoints = [
        _endpoint(chance, each, index) for index, each in enumerate(objects * 2) if index < 4 + chance.randint(2, 4)
    ]
    events = [_event(chance, each) for each in objects[:3]]
    return {
        "system": name,
        "type": "API",
        "owner": chance.choice(OWNERS),
        "last_updated": "2026-11-01",
        "last_reviewed": "2026-11-01",
        "review_every": "365d",
        "criticality": chance.choice(["low", "medium", "high", "critical"]),
        "tags": chance.sample(["finance", "logistics", "people", "sales", "support"], 2),
        "purpose": {
            "why": f"{name} keeps the {objects[0]} data that our shop needs to {chance.choice(['bill', 'ship', 'refund'])} on time.",
            "business_value": f"Saves about {chance.randint(2, 90)} hours of manual work a month.",
        },
        "overview": {
            "direction": "Bidirectional",
            "flows": [
                {
                    "name": f"Keep each {each} in step",
                    "description": f"We send every new {each} and hear of its changes.",
                    "trigger": f"A {each} is saved",
                    "frequency": "continuously",
                    "steps": [f"{endpoints[index]['method']} {endpoints[index]['path']}", events[index]["name"]],
                }
                for index, each in enumerate(objects[:3])
            ],
        },
        "authentication": {
            "mechanism": "OAuth2 (client credentials)",
            "secret_storage": f"Vault, `kv/integrations/{number}`, read at start.",
            "scopes": [
                {"name": f"{each}:write", "reason": f"Create and change each {each}."} for each in objects[:3:2]
            ],
            "header": "Authorization: Bearer {access token}",
            "token_lifetime": "1h",
        },
        "endpoints": endpoints,
        "events": {"received": events, "sent": []},
        "data_mapping": [
            {
                "local_entity": each.title(),
                "remote_object": f"{name} {each}",
                "fields": [
                    {"local": f"remote_{field}", "remote": field, "direction": "Bidirectional"}
                    for field in chance.sample(_FIELDS, 6)
                ],
            }
            for each in objects[:3]
        ],
        "error_handling": {
            "categories": [{"name": "All calls", "description": "Logged with the request id.", "covers": _CONDITIONS}],
            "retry": {
                "summary": "Five attempts, exponential backoff with jitter.",
                "max_attempts": 5,
                "backoff": "exponential",
                "initial_delay": "1s",
                "max_delay": "1m",
                "retry_on": ["429", "5xx", "timeout"],
            },
            "dead_letter": f"Queue `dlq-{number}`; the owner replays it.",
            "dead_letter_retention": "14d",
        },
        "environments": [
            {
                "name": kind.title(),
                "kind": kind,
                "base_url": f"https://{kind}-{number}.example.com/v1",
                "credentials": f"Vault, `kv/{kind}/{number}`.",
            }
            for kind in ("sandbox", "production")
        ],
        "testing": {
            "manual": [f"Create a {objects[0]} in the sandbox.", "Look for its event."],
            "automated": [
                {"kind": "Contract", "description": "Recorded answers against our client.", "calls": "recorded"}
            ],
        },
        "maintenance": {
            "dashboards": [
                {
                    "name": name,
                    "url": f"https://grafana.example.com/d/{number}",
                    "alerts": "Under 99 % of calls succeed.",
                }
            ],
            "known_limitations": [f"Lists of {objects[1]}s come in parts of {chance.randint(20, 100)}."],
        },
    }


def _body(chance: random.Random, name: str) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": f"{name[:2]}_{chance.randint(10**8, 10**9)}",
        "status": chance.choice(["pending", "done", "failed"]),
        "amount": chance.randint(100, 99_999),
        "currency": "BRL",
        "created_at": "2026-11-01T12:00:00Z",
        "reference": f"R-{chance.randint(1000, 9999)}",
        "email": "maria@example.com",
        "quantity": chance.randint(1, 9),
        "note": f"A {name} that somebody asked about.",
    }
    return values | {
        "items": [{"code": f"SKU-{chance.randint(1, 99)}", "amount": chance.randint(1, 999)} for _ in range(1)]
    }


def _endpoint(chance: random.Random, name: str, index: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "method": "POST" if index % 2 == 0 else "GET",
        "path": f"/{name}s" if index < 4 else f"/{name}s/{{id}}/history",
        "description": f"{'Create' if index % 2 == 0 else 'Read'} a {name}.",
        "request": {"content_type": "application/json", "example": _body(chance, name)},
        "response": {"status": 200, "content_type": "application/json", "example": _body(chance, name)},
        "notes": "Dates are UTC. Amounts are in centavos.",
        "scopes": [f"{name}:write"] if index % 2 == 0 else [],
        "rate_limit": {"requests": chance.choice([60, 100, 600]), "per": "minute"},
        "timeout": "10s",
    }
    if index % 2 == 0:
        found["idempotency"] = {"header": "Idempotency-Key", "valid_for": "24h"}
    return found


def _event(chance: random.Random, name: str) -> dict[str, Any]:
    return {
        "name": f"{name}.changed",
        "when": f"A {name} changed at the vendor.",
        "payload": {"content_type": "application/json", "example": _body(chance, name)},
        "signature": {"header": "X-Signature", "algorithm": "HMAC-SHA256 of the raw body"},
        "delivery": {"guarantee": "at-least-once", "retry_for": "3d", "ordered": False},
        "dedupe_key": "id",
    }
