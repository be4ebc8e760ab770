"""What a rule may ask of a case: shorter, earlier, mapped, still used, in production."""

import re

from integration_specs.model import example_fields, is_unknown

from .context import Case


def shorter(case: Case) -> bool:
    """Where nothing was said, there was no end."""
    return case.old is None or (case.seconds is not None and case.seconds[1] < case.seconds[0])


def longer(case: Case) -> bool:
    return case.new is None or (case.seconds is not None and case.seconds[1] > case.seconds[0])


def earlier(case: Case) -> bool:
    return (case.days is not None and case.days[1] < case.days[0]) or case.old is None


def later(case: Case) -> bool:
    return (case.days is not None and case.days[1] > case.days[0]) or case.new is None


def mapped(case: Case) -> bool:
    return bool(case.rows)


def somebody_reads(case: Case) -> bool:
    return mapped(case) or case.role == "sent"


def required(case: Case) -> bool:
    """Whether a mapped row behind this field is required."""
    return any(row.data.get("required") is True for _, row in case.rows)


def only_null(case: Case) -> bool:
    return case.body is not None and case.body.new.replace("null", "").strip(" or") in ("", case.body.old)


def was_null(case: Case) -> bool:
    return case.body is not None and case.body.old == "null"


_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


def _rate(around: dict[str, object]) -> float:
    requests, per = around.get("requests"), around.get("per")
    return requests / _SECONDS[str(per)] if isinstance(requests, int) and per in _SECONDS else float("inf")


def rate_lower(case: Case) -> bool:
    return _rate(case.around("head")) < _rate(case.around("base"))


def rate_higher(case: Case) -> bool:
    return _rate(case.around("head")) > _rate(case.around("base"))


def _page(around: dict[str, object]) -> tuple[float, float]:
    """How much one answer holds, at most and by default; endless where nothing is cut into pages."""
    if around.get("style", "none") == "none":
        return (float("inf"), float("inf"))
    sizes = (around.get("max_size"), around.get("default_size"))
    most, usual = (float(size) if isinstance(size, int) else 1e12 for size in sizes)
    return (most, usual)


def pages_smaller(case: Case) -> bool:
    old, new = _page(case.around("base")), _page(case.around("head"))
    return any(one > other for one, other in zip(old, new, strict=True))


def pages_larger(case: Case) -> bool:
    return _page(case.around("head")) > _page(case.around("base"))


def still_used(case: Case) -> bool:
    name = case.old.get("name")
    items = [item.data for item in case.head.endpoints] + [item.data for item in case.head.events]
    return any(name in item.get("scopes", ()) for item in items)


def personal(case: Case) -> bool:
    row = case.new if case.new is not None else case.old
    return isinstance(row, dict) and "personal_data" in row


def proven(case: Case) -> bool:
    """Whether an example of the old spec already had this remote field."""
    bodies = [
        (side.get("example"), side.get("content_type", ""))
        for endpoint in case.base.endpoints
        for side in (endpoint.data.get("request", {}), endpoint.data.get("response", {}))
    ] + [(event.example, event.data.get("payload", {}).get("content_type", "")) for event in case.base.events]
    seen = (example_fields.fields(body, kind) for body, kind in bodies if body is not None)
    return any(example_fields.is_seen(str(case.new["remote"]), fields) for fields in seen)


def outbound(case: Case) -> bool:
    row = case.around("head") or case.around("base")
    return bool(row.get("direction", case.head.direction or "Bidirectional") != "Inbound")


def production(case: Case) -> bool:
    if isinstance(case.old, dict) or isinstance(case.new, dict):
        return "production" in ((case.old or {}).get("kind"), (case.new or {}).get("kind"))
    return "production" in (case.around("base").get("kind"), case.around("head").get("kind"))


def hard_error(case: Case) -> bool:
    return bool(re.fullmatch(r"429|5xx|5[0-9]{2}", str(case.old or case.new)))


def one_try(case: Case) -> bool:
    return bool(case.new == 1)


def was_one_try(case: Case) -> bool:
    return bool(case.old == 1)


def _words(value: object) -> str:
    return " ".join(str(value or "").split()).rstrip(".")


def says_more(case: Case) -> bool:
    return _words(case.old) != "" and _words(case.old) in _words(case.new)


def says_less(case: Case) -> bool:
    places = [re.findall(r"`[^`]+`", str(value or "")) for value in (case.old, case.new)]
    return _words(case.new) != "" and _words(case.new) in _words(case.old) and places[0] == places[1]


def nobody_left(case: Case) -> bool:
    return not case.new or is_unknown(case.new)


def nobody_before(case: Case) -> bool:
    return not case.old or is_unknown(case.old)


def in_use(case: Case) -> bool:
    return case.new == "retired" and bool(case.world.dependants.get(case.head.id))


_LIFE = ("retired", "deprecated", "draft", "active")


def fades(case: Case) -> bool:
    return _LIFE.index(case.new) < _LIFE.index(case.old)


_WEIGHT = ("low", "medium", "high", "critical")


def lighter(case: Case) -> bool:
    return case.new is None or (case.old is not None and _WEIGHT.index(case.new) < _WEIGHT.index(case.old))


def heavier(case: Case) -> bool:
    return not lighter(case)


def same_address(case: Case) -> bool:
    return all(case.old.get(name) == case.new.get(name) for name in ("method", "path"))


def no_signature_left(case: Case) -> bool:
    return not case.around("head")


def no_signature_before(case: Case) -> bool:
    return not case.around("base")


def owner_used(case: Case) -> bool:
    pointer = case.difference.base or ()
    return any(spec.owner == pointer[-1] for spec in case.world.head.specs)


def becomes_required(case: Case) -> bool:
    return case.new is True


def is_file(case: Case) -> bool:
    return case.body is not None and case.head.type == "File" and bool(case.body.old)


_WORDS = {"line", "markdown", "url", "example"}


def words(case: Case) -> bool:
    """Text for people, notes of one's own (`x-`), an empty list, or an order of attachments and tags: nothing that a machine uses."""
    field = case.difference.field
    if field is None:
        return True
    if field.kind == "list" and field.item is not None:
        return field.item.kind == "text" or field.name == "attachments" or case.old == [] or case.new == []
    return field.kind == "text" and field.format in _WORDS


def vendor_calls_us(case: Case) -> bool:
    """Endpoints of a Webhook spec are ours."""
    return case.head.type == "Webhook"


def reviewed(case: Case) -> bool:
    return case.old is None or (case.days is not None and case.days[1] > case.days[0])


def unreviewed(case: Case) -> bool:
    return not reviewed(case)
