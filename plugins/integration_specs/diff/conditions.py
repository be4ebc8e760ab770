"""The conditions that `rules.toml` names: functions of one difference and its surroundings."""

import re
from typing import Any
from urllib.parse import urlsplit

from integration_specs.model import Endpoint, Event, is_unknown
from integration_specs.model.example_fields import normalize_path

from .context import ChangeContext
from .equality import media_type, url
from .renames import with_new_names
from .text_facts import fact_difference
from .walk import Parent

_DESCRIPTIVE_FORMATS = {"line", "markdown", "url", "example"}
_LIFECYCLE = ("retired", "deprecated", "draft", "active")
_CRITICALITIES = ("low", "medium", "high", "critical")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_UNLIMITED = float("inf")


def is_shorter(context: ChangeContext) -> bool:
    """Return whether a duration is shorter; no duration means no limit."""
    return context.old is None or (context.seconds is not None and context.seconds[1] < context.seconds[0])


def is_longer(context: ChangeContext) -> bool:
    return context.new is None or (context.seconds is not None and context.seconds[1] > context.seconds[0])


def is_earlier(context: ChangeContext) -> bool:
    return context.old is None or (context.days is not None and context.days[1] < context.days[0])


def is_later(context: ChangeContext) -> bool:
    return context.new is None or (context.days is not None and context.days[1] > context.days[0])


def is_mapped(context: ChangeContext) -> bool:
    return bool(context.uses)


def is_read(context: ChangeContext) -> bool:
    return is_mapped(context) or context.role == "sent"


def is_required(context: ChangeContext) -> bool:
    return any(use.row.data.get("required") is True for _, use in context.uses)


def becomes_nullable(context: ChangeContext) -> bool:
    """Return whether a mapped field has the same type as before or null."""
    field = context.field_difference
    if field is None or not is_mapped(context):
        return False
    return field.new.replace("null", "").strip(" or") in ("", field.old)


def was_null(context: ChangeContext) -> bool:
    return context.field_difference is not None and context.field_difference.old == "null"


def _rate(limit: Parent) -> float:
    requests, per = limit.get("requests"), limit.get("per")
    return requests / _SECONDS[str(per)] if isinstance(requests, int) and per in _SECONDS else _UNLIMITED


def rate_is_lower(context: ChangeContext) -> bool:
    return _rate(context.parents[1]) < _rate(context.parents[0])


def rate_is_higher(context: ChangeContext) -> bool:
    return _rate(context.parents[1]) > _rate(context.parents[0])


def _page_sizes(pagination: Parent) -> tuple[float, float]:
    """Return the maximum and default size of a page; unlimited without pagination, very large if unknown."""
    if pagination.get("style", "none") == "none":
        return (_UNLIMITED, _UNLIMITED)
    sizes = (pagination.get("max_size"), pagination.get("default_size"))
    maximum, default = (float(size) if isinstance(size, int) else 1e12 for size in sizes)
    return (maximum, default)


def pages_are_smaller(context: ChangeContext) -> bool:
    old, new = _page_sizes(context.parents[0]), _page_sizes(context.parents[1])
    return any(one > other for one, other in zip(old, new, strict=True))


def pages_are_larger(context: ChangeContext) -> bool:
    return _page_sizes(context.parents[1]) > _page_sizes(context.parents[0])


def scope_is_required(context: ChangeContext) -> bool:
    """Return whether an endpoint or event of the new spec still requires the scope."""
    items: list[Endpoint | Event] = [*context.head.endpoints, *context.head.events]
    return any(context.old.get("name") in item.data.get("scopes", ()) for item in items)


def is_personal_data(context: ChangeContext) -> bool:
    row = context.new if context.new is not None else context.old
    return isinstance(row, dict) and "personal_data" in row


def is_in_example(context: ChangeContext) -> bool:
    """Return whether an example has the remote field, before or after the change."""
    remote = normalize_path(str(context.new["remote"]))
    seen = any(remote in spec.example_paths for spec in (context.base, context.head))
    return seen or context.difference.head in context.head.use_of_row


def is_sent(context: ChangeContext) -> bool:
    row = context.parents[1] or context.parents[0]
    return bool(row.get("direction", context.head.direction or "Bidirectional") != "Inbound")


def is_production(context: ChangeContext) -> bool:
    if isinstance(context.old, dict) or isinstance(context.new, dict):
        return "production" in ((context.old or {}).get("kind"), (context.new or {}).get("kind"))
    return "production" in (context.parents[0].get("kind"), context.parents[1].get("kind"))


def is_server_failure(context: ChangeContext) -> bool:
    return bool(re.fullmatch(r"(?:429|5xx|5[0-9]{2})(?:, 5[0-9]{2})*", str(context.old or context.new)))


def _text(value: object) -> str:
    return " ".join(str(value or "").split()).rstrip(".")


def only_adds_text(context: ChangeContext) -> bool:
    return _text(context.old) != "" and _text(context.old) in _text(context.new)


def only_adds_lines(context: ChangeContext) -> bool:
    old, new = (
        {" ".join(line.split()) for line in str(text or "").splitlines()} for text in (context.old, context.new)
    )
    return old < new


def only_removes_text(context: ChangeContext) -> bool:
    """Return whether text was removed and all code spans are still there."""
    old, new = (re.findall(r"`[^`]+`", str(value or "")) for value in (context.old, context.new))
    return _text(context.new) != "" and _text(context.new) in _text(context.old) and old == new


def has_personal_data(context: ChangeContext) -> bool:
    return any("personal_data" in parent for parent in context.parents)


def test_has_same_facts(context: ChangeContext) -> bool:
    """Return whether two tests are of one kind, and their descriptions state the same."""
    old, new = (str(each.get("description", "")) for each in (context.old, context.new))
    return (
        context.old.get("kind") == context.new.get("kind") and fact_difference(old, new, ("terms", "contrasts")) is None
    )


def is_last_use(context: ChangeContext) -> bool:
    """Return whether the call of a step that was removed is still there, but no step makes it."""
    target = context.head.resolve_step(context.old)
    flows = context.head.section("overview").get("flows", ())
    return target is not None and target not in [
        context.head.resolve_step(step) for flow in flows for step in flow.get("steps", ())
    ]


def is_pager(context: ChangeContext) -> bool:
    return all(isinstance(each, dict) and each.get("channel") == "pager" for each in (context.old, context.new))


def is_reworded(context: ChangeContext) -> bool:
    """Return whether a name has only another letter case, or a note the same facts."""
    if context.difference.path.endswith(".name"):
        return bool(context.old.casefold() == context.new.casefold())
    return context.fact_difference(("terms", "contrasts", "instructions")) is None


def follows_rename(context: ChangeContext) -> bool:
    """Return whether a text differs only in what the change renames, such as the version of an API."""
    return bool(with_new_names(str(context.old), context.names) == context.new)


def is_of_file(context: ChangeContext) -> bool:
    return context.head.type == "File"


def has_same_host(context: ChangeContext) -> bool:
    """Return whether two valid URLs have the same scheme, host and port."""
    try:
        parts = [urlsplit(url(str(each or ""))) for each in (context.old, context.new)]
    except ValueError:  # such as `http://[`
        return False
    return parts[0][:2] == parts[1][:2]


def has_no_owner(context: ChangeContext) -> bool:
    return not context.new or is_unknown(context.new)


def had_no_owner(context: ChangeContext) -> bool:
    return not context.old or is_unknown(context.old)


def is_retired_in_use(context: ChangeContext) -> bool:
    return context.new == "retired" and bool(context.snapshots.dependants.get(context.head.id))


def moves_to_retirement(context: ChangeContext) -> bool:
    return _LIFECYCLE.index(context.new) < _LIFECYCLE.index(context.old)


def criticality_is_lower(context: ChangeContext) -> bool:
    if context.old is None or context.new is None:
        return context.new is None
    return _CRITICALITIES.index(context.new) < _CRITICALITIES.index(context.old)


def has_same_address(context: ChangeContext) -> bool:
    return all(context.old.get(name) == context.new.get(name) for name in ("method", "path"))


def media_type_differs(context: ChangeContext) -> bool:
    """Return whether the media type differs in more than its parameters."""
    return media_type(context.old).partition(";")[0] != media_type(context.new).partition(";")[0]


def signature_differs(context: ChangeContext) -> bool:
    """Return whether a signature differs; of the algorithm, only the facts count."""
    is_algorithm = context.difference.path.endswith(".algorithm") and context.difference.kind == "changed"
    return not is_algorithm or context.fact_difference(("terms", "operations", "words")) is not None


def signature_is_removed(context: ChangeContext) -> bool:
    return not context.parents[1]


def signature_is_added(context: ChangeContext) -> bool:
    return not context.parents[0]


def owner_is_used(context: ChangeContext) -> bool:
    """Return whether a spec still names the owner that was deleted."""
    pointer = context.difference.base or ()
    return any(spec.owner == pointer[-1] for spec in context.snapshots.head.specs)


def is_separator(context: ChangeContext) -> bool:
    field = context.field_difference
    return field is not None and field.old.startswith("separator ")


def is_namespace(context: ChangeContext) -> bool:
    field = context.field_difference
    return field is not None and field.old.startswith("namespace")


def is_soap_action(context: ChangeContext) -> bool:
    """Return whether the value of a header names the operation that a SOAP request calls; quotes do not count (SOAP 1.1, 6.1.1)."""
    name = str(context.parents[1].get("name", ""))
    return name.lower() == "soapaction" and context.old.strip('"') != context.new.strip('"')


def is_file(context: ChangeContext) -> bool:
    """Return whether the layout of a file differs."""
    field = context.field_difference
    return field is not None and bool(field.old) and context.head.type == "File"


def _without(values: frozenset[Any], others: frozenset[Any]) -> frozenset[Any]:
    """Return the `values` that are not among `others`; every integer is a number."""
    return values - others - (frozenset({"integer"}) if "number" in others else frozenset())


def is_narrower(context: ChangeContext) -> bool:
    """Return whether a contract allows fewer types or values; an empty set allows any."""
    return bool(context.new) and (not context.old or bool(_without(context.old, context.new)))


def is_wider(context: ChangeContext) -> bool:
    return bool(context.old) and (not context.new or bool(_without(context.new, context.old)))


def is_incompatible_type(context: ChangeContext) -> bool:
    """Return whether the vendor accepts fewer types, or sends a new type, other than null, of a mapped field."""
    if context.difference.path == "contract{request type}":
        return is_narrower(context)
    return is_mapped(context) and is_wider(context) and _without(context.new, context.old) != {"null"}


def named_value_is_removed(context: ChangeContext) -> bool:
    """Return whether a contract no longer lists a value that the transform of a mapped field names."""
    texts = [str(use.row.data.get("transform", "")) for _, use in context.uses]
    removed = _without(context.old, context.new) if context.new else ()
    return any(re.search(rf"(?<![\w-]){re.escape(str(value))}(?![\w-])", text) for value in removed for text in texts)


def limits_are_tighter(context: ChangeContext) -> bool:
    """Return whether a contract has a new or stricter limit, or another pattern or format."""
    for name, new in context.new.items():
        old = context.old.get(name)
        is_upper, is_number = "max" in name.lower(), isinstance(new, (int, float)) and isinstance(old, (int, float))
        is_looser = is_number and name != "multipleOf" and (new > old if is_upper else new < old)
        if new != old and not is_looser:
            return True
    return False


def is_descriptive_text(context: ChangeContext) -> bool:
    """Return whether only people read the value: text, an `x-` note, an empty list, the order of attachments or tags."""
    field = context.difference.field
    if field is None:
        return True
    if field.kind == "list" and field.item is not None:
        return field.item.kind == "text" or field.name == "attachments" or context.old == [] or context.new == []
    return field.kind == "text" and field.format in _DESCRIPTIVE_FORMATS


def vendor_calls_us(context: ChangeContext) -> bool:
    """Return whether the spec is a Webhook, whose endpoints are ours."""
    return context.head.type == "Webhook"


def is_newer_review(context: ChangeContext) -> bool:
    return context.old is None or (context.days is not None and context.days[1] > context.days[0])
