"""The conditions that `rules.toml` names: functions of one difference and its surroundings."""

import re
from collections.abc import Callable
from operator import gt
from typing import Any
from urllib.parse import urlsplit

from integration_specs.model import is_open_question, parse_date, parse_duration
from integration_specs.model.example_fields import normalize_path

from .context import ChangeContext
from .equality import media_type, url
from .renames import with_new_names
from .text_facts import fact_difference, facts_of
from .walk import Parent

_DESCRIPTIVE_FORMATS = {"line", "markdown", "url", "example"}
_LIFECYCLE = ("retired", "deprecated", "draft", "active")
_CRITICALITIES = (None, "low", "medium", "high", "critical")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_UNLIMITED = float("inf")
_IDENTITY = ("operations", "identity")
_SERVER_FAILURES = re.compile(r"(?:429|5xx|5[0-9]{2})(?:, 5[0-9]{2})*")


def becomes_nullable(context: ChangeContext) -> bool:
    """Return whether a mapped field has the same type as before or null."""
    field = context.field_difference
    if field is None or not context.uses:
        return False
    return field.new.replace("null", "").strip(" or") in ("", field.old)


def _old_form(context: ChangeContext) -> str:
    """Return the old type or form of a field of an example, or what a report shows of it."""
    return context.field_difference.old if context.field_difference else ""


def _seconds(value: Any) -> float:
    """Return a duration in seconds; no duration means no limit."""
    return _UNLIMITED if value is None else parse_duration(value) or 0


def _day(value: Any) -> float:
    """Return a date as a number; no date means never."""
    day = parse_date(value)
    return day.toordinal() if day else _UNLIMITED


def _rate(limit: Parent) -> float:
    requests, per = limit.get("requests"), limit.get("per")
    return requests / _SECONDS[str(per)] if isinstance(requests, int) and per in _SECONDS else _UNLIMITED


def _page_sizes(pagination: Parent) -> tuple[float, float]:
    """Return the maximum and default size of a page; unlimited without pagination, very large if unknown."""
    if pagination.get("style", "none") == "none":
        return (_UNLIMITED, _UNLIMITED)
    sizes = (pagination.get("max_size"), pagination.get("default_size"))
    maximum, default = (float(size) if isinstance(size, int) else 1e12 for size in sizes)
    return (maximum, default)


def scope_is_required(context: ChangeContext) -> bool:
    """Return whether an endpoint or event of the new spec still requires the scope."""
    return any(context.old.get("name") in item.data.get("scopes", ()) for item in context.head.targets.values())


def is_in_example(context: ChangeContext) -> bool:
    """Return whether an example has the remote field, before or after the change."""
    remote = normalize_path(str(context.new["remote"]))
    seen = any(remote in spec.example_paths for spec in (context.base, context.head))
    return seen or context.difference.head in context.head.use_of_row


def is_sent(context: ChangeContext) -> bool:
    row = context.parents[1] or context.parents[0]
    return bool(row.get("direction", context.head.direction or "Bidirectional") != "Inbound")


def keeps_its_fields(context: ChangeContext) -> bool:
    """Return whether only the local entity of rows is renamed, and the local fields begin with names: `order.id`."""
    old, new = ({"object": each["remote_object"], "rows": each.get("fields")} for each in (context.old, context.new))
    return old == new and all("." in row["local"] for row in old["rows"] or ())


def is_production(context: ChangeContext) -> bool:
    is_whole = isinstance(context.old or context.new, dict)
    sides = (context.old or {}, context.new or {}) if is_whole else context.parents
    return "production" in [each.get("kind") for each in sides]


def _text(value: object) -> str:
    return " ".join(str(value or "").split()).rstrip(".")


def only_adds_lines(context: ChangeContext) -> bool:
    old, new = (
        {" ".join(line.split()) for line in str(text or "").splitlines()} for text in (context.old, context.new)
    )
    return old < new


def only_removes_text(context: ChangeContext) -> bool:
    """Return whether text was removed and all code spans are still there."""
    old, new = (re.findall(r"`[^`]+`", str(value or "")) for value in (context.old, context.new))
    return _text(context.new) != "" and _text(context.new) in _text(context.old) and old == new


def test_has_same_facts(context: ChangeContext) -> bool:
    """Return whether two tests are of one kind, and their descriptions state the same."""
    old, new = (str(each.get("description", "")) for each in (context.old, context.new))
    return (
        context.old.get("kind") == context.new.get("kind")
        and fact_difference(old, new, ("terms", "contrasts", "states")) is None
    )


def is_last_use(context: ChangeContext) -> bool:
    """Return whether the call of a step that was removed is still there, but no step makes it."""
    target = context.head.resolve_step(context.old)
    return target is not None and target.pointer not in context.head.flows_by_target


def is_reworded(context: ChangeContext) -> bool:
    """Return whether a name has only another letter case, or a note the same facts."""
    if context.difference.path.endswith(".name"):
        return bool(context.old.casefold() == context.new.casefold())
    return context.fact_difference(("terms", "contrasts", "states", "instructions")) is None


def has_same_host(context: ChangeContext) -> bool:
    """Return whether two valid URLs have the same scheme, host and port."""
    try:
        parts = [urlsplit(url(str(each or ""))) for each in (context.old, context.new)]
    except ValueError:  # such as `http://[`
        return False
    return parts[0][:2] == parts[1][:2]


def media_type_differs(context: ChangeContext) -> bool:
    """Return whether the media type differs in more than its parameters."""
    old, new = (media_type(each).partition(";")[0] for each in (context.old, context.new))
    return old != new


def signature_differs(context: ChangeContext) -> bool:
    """Return whether a signature differs; of the algorithm, only the facts count."""
    is_algorithm = context.difference.path.endswith(".algorithm") and context.difference.kind == "changed"
    return not is_algorithm or context.fact_difference(("terms", "operations", "words")) is not None


def owner_is_used(context: ChangeContext) -> bool:
    """Return whether a spec still names the owner that was deleted."""
    pointer = context.difference.base or ()
    return any(spec.owner == pointer[-1] for spec in context.snapshots.head.specs)


def is_soap_action(context: ChangeContext) -> bool:
    """Return whether the value of a header names the operation that a SOAP request calls; quotes do not count (SOAP 1.1, 6.1.1)."""
    name = str(context.parents[1].get("name", ""))
    return name.lower() == "soapaction" and context.old.strip('"') != context.new.strip('"')


def _without(values: frozenset[Any], others: frozenset[Any]) -> frozenset[Any]:
    """Return the `values` that are not among `others`; every integer is a number."""
    return values - others - (frozenset({"integer"}) if "number" in others else frozenset())


def _is_narrower(old: frozenset[Any], new: frozenset[Any]) -> bool:
    """Return whether a contract allows fewer types or values; an empty set allows any."""
    return bool(new) and (not old or bool(_without(old, new)))


def is_incompatible_type(context: ChangeContext) -> bool:
    """Return whether the vendor accepts fewer types, or sends a new type, other than null, of a mapped field."""
    old, new = context.old, context.new
    if context.difference.path == "contract{request type}":
        return _is_narrower(old, new)
    return bool(context.uses) and _is_narrower(new, old) and _without(new, old) != {"null"}


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


EXPRESSIONS: dict[str, Callable[[ChangeContext], bool]] = {
    "is_shorter": lambda context: _seconds(context.new) < _seconds(context.old),
    "is_longer": lambda context: _seconds(context.new) > _seconds(context.old),
    "is_earlier": lambda context: _day(context.new) < _day(context.old),
    "is_later": lambda context: _day(context.new) > _day(context.old),
    "is_newer_review": lambda context: context.old is None or _day(context.old) < _day(context.new) < _UNLIMITED,
    "rate_is_lower": lambda context: _rate(context.parents[1]) < _rate(context.parents[0]),
    "rate_is_higher": lambda context: _rate(context.parents[1]) > _rate(context.parents[0]),
    "pages_are_smaller": lambda context: any(map(gt, *map(_page_sizes, context.parents))),
    "pages_are_larger": lambda context: _page_sizes(context.parents[1]) > _page_sizes(context.parents[0]),
    "moves_to_retirement": lambda context: _LIFECYCLE.index(context.new) < _LIFECYCLE.index(context.old),
    "criticality_is_lower": lambda context: _CRITICALITIES.index(context.new) < _CRITICALITIES.index(context.old),
    "is_mapped": lambda context: bool(context.uses),
    "is_read": lambda context: bool(context.uses) or context.role == "sent",
    "is_required": lambda context: any(use.row.data.get("required") is True for _, use in context.uses),
    "was_null": lambda context: _old_form(context) == "null",
    "is_separator": lambda context: _old_form(context).startswith("separator "),
    "is_namespace": lambda context: _old_form(context).startswith("namespace"),
    "is_file": lambda context: _old_form(context) != "" and context.head.type == "File",
    "is_of_file": lambda context: context.head.type == "File",
    "vendor_calls_us": lambda context: context.head.type == "Webhook",
    "is_personal_data": lambda context: "personal_data" in (context.new or context.old),
    "has_personal_data": lambda context: any("personal_data" in parent for parent in context.parents),
    "is_server_failure": lambda context: bool(_SERVER_FAILURES.fullmatch(str(context.old or context.new))),
    "only_adds_text": lambda context: _text(context.old) != "" and _text(context.old) in _text(context.new),
    "is_identity": lambda context: facts_of(context.old or context.new, ("operations",)).keys() == {_IDENTITY},
    "is_pager": lambda context: context.old.get("channel") == context.new.get("channel") == "pager",
    "follows_rename": lambda context: with_new_names(str(context.old), context.names) == context.new,
    "has_no_owner": lambda context: not context.new or is_open_question(context.new),
    "had_no_owner": lambda context: not context.old or is_open_question(context.old),
    "is_retired_in_use": lambda context: context.new == "retired" and context.head.id in context.snapshots.dependants,
    "has_same_address": lambda context: all(
        context.old.get(each) == context.new.get(each) for each in ("method", "path")
    ),
    "signature_is_removed": lambda context: not context.parents[1],
    "signature_is_added": lambda context: not context.parents[0],
    "is_narrower": lambda context: _is_narrower(context.old, context.new),
    "is_wider": lambda context: _is_narrower(context.new, context.old),
}
"""The conditions that are one expression."""
