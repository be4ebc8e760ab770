"""Turn an import into the text of a valid spec: mask secrets, and move what the schema rejects to `x-` notes."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from integration_specs.documents import load_text
from integration_specs.findings import LEVELS, Finding
from integration_specs.formatting import to_yaml
from integration_specs.secrets import find, mask
from integration_specs.secrets.personal_numbers import mask_personal_numbers
from integration_specs.text.display import plural, printable
from integration_specs.text.names import unique_name
from integration_specs.validation.schema import Pointer
from integration_specs.validation.validator import Validator

from . import IMPORT_FAULT, KEPT, MASKED, Import, ImportFault, ImportOptions, note

_MAX_FIX_PASSES = 60
_MAX_MASK_PASSES = 5


def finalize(
    found: Import, options: ImportOptions, until: date, head: Iterable[str] = ()
) -> tuple[str, tuple[Finding, ...]]:
    """Return the text of a valid spec, a draft if it is incomplete, and the complete report.

    `until` is the date by which open questions are to be answered; `head` are comment lines for the top. Raises `ImportFault`
    if the spec cannot be made valid, for example if it is too large.
    """

    def write(data: dict[str, Any]) -> str:
        return to_yaml(data, options.schema, head)

    data = with_values(found.data, [*([(("owner",), options.owner)] if options.owner else []), *options.answers])
    data, numbers = _without_personal_numbers(data, options)
    data, secrets = _masked(data, options, write)
    text, moved = _made_valid(_with_deadlines(data, options, until), options, write)
    return text, tuple(sorted((*found.report, *numbers, *secrets, *moved), key=lambda each: LEVELS.index(each.level)))


def with_values(data: dict[str, Any], values: Iterable[tuple[Pointer, Any]]) -> dict[str, Any]:
    """Return a copy of `data` with these values of header and sections, by their pointer."""
    data = dict(data)
    for (first, *rest), value in values:
        data[str(first)] = {**data.get(str(first), {}), str(rest[0]): value} if rest else value
    return data


def _without_personal_numbers(data: dict[str, Any], options: ImportOptions) -> tuple[dict[str, Any], list[Finding]]:
    """Return `data` with the personal numbers in examples masked, and one report of how many there were."""
    count = 0

    def walk(value: Any, name: str, is_example: bool) -> Any:
        nonlocal count
        if isinstance(value, dict):
            return {key: walk(each, key, is_example or key == "example") for key, each in value.items()}
        if isinstance(value, list):
            return [walk(each, name, is_example) for each in value]
        if not is_example or isinstance(value, bool) or not isinstance(value, (str, int)):
            return value
        masked = mask_personal_numbers(str(value), name)
        if masked == str(value):
            return value
        count += 1
        return masked if isinstance(value, str) else value - value % 10 + (value + 1) % 10  # an invalid check digit

    data = walk(data, "", False)
    if not count:
        return data, []
    message = f"{plural(count, 'value')} in examples with a valid CPF, CNPJ or card number masked"
    return data, [note(MASKED, options, message, help="Tell the vendor if a number belongs to a real person.")]


def _masked(data: Any, options: ImportOptions, write: Callable[[Any], str]) -> tuple[Any, list[Finding]]:
    """Return `data` with every secret masked, and a report of where.

    Some secrets are recognised only beside their name (`name: token`, `value: …`), so the written text is searched as well.
    """
    report: list[Finding] = []
    seen: dict[str, str] = {}

    def walk(value: Any, name: str, place: str) -> Any:
        if isinstance(value, dict):
            return {mask(key): walk(each, key, f"{place}.{key}" if place else key) for key, each in value.items()}
        if isinstance(value, list):
            return [walk(each, name, f"{place}[{index}]") for index, each in enumerate(value)]
        if not isinstance(value, str):
            return value
        safe = mask(value, name)
        for secret, shown in seen.items():
            safe = safe.replace(secret, shown)
        if safe != value:
            report.append(
                note(
                    MASKED,
                    options,
                    f"a secret was masked at `{printable(place)}`",
                    help="Revoke it, and write in `secret_storage` where the new one is stored.",
                )
            )
        return safe

    data = walk(data, "", "")
    for _ in range(_MAX_MASK_PASSES):
        seen = {hit.value: hit.shown for hit in find(write(data))}
        if not seen:
            break
        data = walk(data, "", "")
    return data, report


def _with_deadlines(data: dict[str, Any], options: ImportOptions, until: date) -> Any:
    """Return `data` with an owner and a date in each `TODO: question?`: the spec's owner, otherwise the first one known."""
    keys = [key for key, _ in options.owners]
    owner = data.get("owner")
    named = owner if isinstance(owner, str) and not owner.startswith("TODO") else ""
    who = named if named in keys or not keys else keys[0]

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: each if key.startswith("x-") or key == "example" else walk(each) for key, each in value.items()
            }
        if isinstance(value, list):
            return [walk(each) for each in value]
        if isinstance(value, str) and value.startswith("TODO: "):
            return f"TODO({until.isoformat()}, {who or 'owner'}): {value.removeprefix('TODO: ')}"
        return value

    return walk(data)


def _made_valid(
    data: dict[str, Any], options: ImportOptions, write: Callable[[dict[str, Any]], str]
) -> tuple[str, list[Finding]]:
    """Return the text of the spec, and a report of what became a note to make it valid."""
    report: list[Finding] = []
    validate = Validator(options.schema)

    def tried(data: dict[str, Any]) -> tuple[str, list[Finding]]:
        text = write(data)
        document = load_text(text, options.shown)
        errors = [finding for finding in validate(document) if finding.level == "error"]
        if document.data is None:
            raise ImportFault(*(_as_fault(error, options) for error in errors))
        return text, errors

    if "status" not in data and tried(data)[1]:
        data = {**data, "status": "draft"}
    for _ in range(_MAX_FIX_PASSES):
        text, errors = tried(data)
        if not errors:
            return text, report
        if data.get("status") != "draft" and not tried({**data, "status": "draft"})[1]:
            report.append(note(KEPT, options, f"the status {data['status']} became draft: the spec is incomplete"))
            data = {**data, "status": "draft"}
            continue
        pointers = sorted({error.pointer for error in errors if error.pointer}, reverse=True, key=_order)
        if not pointers:
            raise ImportFault(*(_as_fault(error, options) for error in errors))
        done: list[Pointer] = []
        for pointer in pointers:
            if not any(pointer[: len(each)] == each or each[: len(pointer)] == pointer for each in done):
                message = next(error.message for error in errors if error.pointer == pointer)
                # The message may name a line of the spec, which the user has not seen.
                message = message.partition("; the first is in ")[0]
                report.append(note(KEPT, options, f"{message}; it was kept as `{_move_to_note(data, pointer)}`"))
                done.append(pointer)
    raise ImportFault(*(_as_fault(error, options) for error in errors))


def _order(pointer: Pointer) -> tuple[tuple[bool, int, str], ...]:
    """Return a sort key that puts later items first when reversed: moving one keeps the indexes of the others."""
    return tuple((isinstance(step, str), step if isinstance(step, int) else 0, str(step)) for step in pointer)


def _as_fault(finding: Finding, options: ImportOptions) -> Finding:
    return note(IMPORT_FAULT, options, f"the resulting spec would be invalid: {finding.message}", help=finding.help)


def _move_to_note(data: dict[str, Any], pointer: Pointer) -> str:
    """Move a value to an `x-` note of the nearest object around it, and return the name of the note."""
    home: dict[str, Any] = data
    holder: Any = data
    name = "imported"
    for step in pointer[:-1]:
        name = str(step) if isinstance(step, str) else name
        holder = holder[step]
        home = holder if isinstance(holder, dict) else home
    last = pointer[-1]
    if isinstance(holder, list):
        value = holder.pop(int(last))
    else:
        name = str(last)
        value = holder.pop(last)
    key = unique_name(f"x-{name.removeprefix('x-')}"[:200], home)
    home[key] = value
    return key
