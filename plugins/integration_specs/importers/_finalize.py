"""Turn an import into the text of a valid spec: mask secrets, and move what the schema rejects to `x-` notes."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any

from integration_specs.documents import load_text
from integration_specs.documents.pointers import last_key, value_at
from integration_specs.findings import LEVELS, Finding
from integration_specs.formatting import to_yaml
from integration_specs.secrets import find, mask
from integration_specs.secrets.personal_numbers import mask_personal_numbers
from integration_specs.text.display import plural
from integration_specs.text.names import unique_name
from integration_specs.validation.schema import Pointer
from integration_specs.validation.validator import Validator
from integration_specs.validation.violations import display_path

from . import IMPORT_FAULT, KEPT, MASKED, Import, ImportFault, ImportOptions, note

_MAX_FIX_PASSES = 60
_MAX_MASK_PASSES = 5
_REQUIRED = {"system": "Unnamed system", "type": "Other"}
"""Replacements of required values that are not valid."""
_REVOKE = "Revoke it, and write in `secret_storage` where the new one is stored."


def finalize(
    found: Import, options: ImportOptions, until: date, head: Iterable[str] = ()
) -> tuple[str, tuple[Finding, ...]]:
    """Return the text of a valid spec, a draft if it is incomplete, and the complete report.

    `until` is the date by which open questions must be answered; `head` are comment lines for the top. Raises `ImportFault`
    if the spec cannot be made valid, for example if it is too large.
    """
    data, report = dict(found.data), list(found.report)
    owner: tuple[tuple[Pointer, Any], ...] = ((("owner",), options.owner),) if options.owner else ()
    for (first, *rest), value in (*owner, *options.answers):
        data[str(first)] = {**data.get(str(first), {}), str(rest[0]): value} if rest else value
    data = _without_personal_numbers(data, options, report)
    data = _masked(data, options, report)
    data = _with_deadlines(data, options, until)
    text = _made_valid(data, options, report, head)
    return text, tuple(sorted(report, key=lambda each: LEVELS.index(each.level)))


def _map(
    value: Any, change: Callable[[Any, Pointer], Any], at: Pointer = (), rename: Callable[[str], str] = str
) -> Any:
    """Return a copy of a JSON value with each scalar changed, and each key renamed."""
    if isinstance(value, dict):
        named = ((rename(key), each) for key, each in value.items())
        return {key: _map(each, change, (*at, key), rename) for key, each in named}
    if isinstance(value, list):
        return [_map(each, change, (*at, index), rename) for index, each in enumerate(value)]
    return change(value, at)


def _without_personal_numbers(data: dict[str, Any], options: ImportOptions, report: list[Finding]) -> dict[str, Any]:
    """Return `data` with the personal numbers in examples masked, and report how many there were."""
    count = 0

    def change(value: Any, at: Pointer) -> Any:
        nonlocal count
        if "example" not in at or isinstance(value, bool) or not isinstance(value, (str, int)):
            return value
        masked = mask_personal_numbers(str(value), last_key(at))
        if masked == str(value):
            return value
        count += 1
        return masked if isinstance(value, str) else value - value % 10 + (value + 1) % 10  # an invalid check digit

    data = _map(data, change)
    if count:
        message = f"{plural(count, 'value')} in examples with a valid CPF, CNPJ or card number masked"
        report.append(note(MASKED, options, message, help="Tell the vendor if a number belongs to a real person."))
    return data


def _masked(data: dict[str, Any], options: ImportOptions, report: list[Finding]) -> dict[str, Any]:
    """Return `data` with every secret masked, and report where.

    Some secrets are recognised only beside their name (`name: token`, `value: …`), so the written text is searched as well.
    """
    seen: dict[str, str] = {}

    def change(value: Any, at: Pointer) -> Any:
        if not isinstance(value, str):
            return value
        safe = mask(value, last_key(at))
        for secret, shown in seen.items():
            safe = safe.replace(secret, shown)
        if safe != value:
            report.append(note(MASKED, options, f"a secret was masked at `{display_path(at)}`", help=_REVOKE))
        return safe

    for _ in range(_MAX_MASK_PASSES):
        data = _map(data, change, (), cache(mask))
        seen = {hit.value: hit.shown for hit in find(to_yaml(data, options.schema))}
        if not seen:
            break
    return data


def _with_deadlines(data: dict[str, Any], options: ImportOptions, until: date) -> Any:
    """Return `data` with an owner and a date in each `TODO: question?`: the spec's owner, otherwise the first one known."""
    keys = [key for key, _ in options.owners]
    owner = data.get("owner")
    named = owner if isinstance(owner, str) and not owner.startswith("TODO") else ""
    who = named if named in keys or not keys else keys[0]

    def change(value: Any, at: Pointer) -> Any:
        is_note = any(step == "example" or str(step).startswith("x-") for step in at)
        if is_note or not isinstance(value, str) or not value.startswith("TODO: "):
            return value
        return f"TODO({until.isoformat()}, {who or 'owner'}): {value.removeprefix('TODO: ')}"

    return _map(data, change)


def _made_valid(data: dict[str, Any], options: ImportOptions, report: list[Finding], head: Iterable[str]) -> str:
    """Return the text of the spec, and report what became a note to make it valid."""
    validate = Validator(options.schema)

    def tried(data: dict[str, Any]) -> tuple[str, list[Finding]]:
        text = to_yaml(data, options.schema, head)
        document = load_text(text, options.shown)
        errors = [finding for finding in validate(document) if finding.level == "error"]
        if document.data is None:
            raise _invalid(errors, options)
        return text, errors

    draft = {**data, "status": "draft"}
    text, errors = tried(draft)
    for _ in range(_MAX_FIX_PASSES):
        if not errors or not all(error.pointer for error in errors):
            break
        done: list[Pointer] = []
        for error in sorted(errors, reverse=True, key=lambda error: _order(error.pointer)):
            pointer = error.pointer
            if not any(pointer[: len(each)] == each or each[: len(pointer)] == pointer for each in done):
                # The message may name a line of the spec, which the user has not seen.
                message = error.message.partition("; the first is in ")[0]
                report.append(note(KEPT, options, f"{message}; it was kept as `{_move_to_note(draft, pointer)}`"))
                done.append(pointer)
        text, errors = tried(draft)
    if errors:
        raise _invalid(errors, options)
    if data.get("status") != "draft":
        given = {key: each for key, each in draft.items() if key != "status"}
        given |= {"status": data["status"]} if "status" in data else {}
        as_given, errors = tried(given)
        if not errors:
            return as_given
        if "status" in data:
            report.append(note(KEPT, options, f"the status {data['status']} became draft: the spec is incomplete"))
    return text


def _order(pointer: Pointer) -> tuple[tuple[bool, int, str], ...]:
    """Return a sort key that puts later items first when reversed: moving one keeps the indexes of the others."""
    return tuple((isinstance(step, str), step if isinstance(step, int) else 0, str(step)) for step in pointer)


def _invalid(errors: list[Finding], options: ImportOptions) -> ImportFault:
    texts = ((f"the resulting spec would be invalid: {error.message}", error.help) for error in errors)
    return ImportFault(*(note(IMPORT_FAULT, options, message, help=help) for message, help in texts))


def _move_to_note(data: dict[str, Any], pointer: Pointer) -> str:
    """Move a value to an `x-` note of the nearest object around it, and return the name of the note."""
    *path, last = pointer
    value = value_at(data, tuple(path)).pop(last)
    while not isinstance(home := value_at(data, tuple(path)), dict):
        path.pop()
    key = unique_name(f"x-{last_key(pointer).removeprefix('x-')}"[:200], home)
    home[key] = value
    if home is data and last in _REQUIRED:
        home[last] = _REQUIRED[last]
    return key
