"""Messages for texts that do not have the format of their field: dates, durations, URLs, keys and paths."""

import re
from calendar import monthrange
from collections.abc import Callable
from typing import Any

from integration_specs.text.display import printable
from integration_specs.text.messages import joined
from integration_specs.text.names import slug
from integration_specs.text.suggestions import possible_dates, standard_duration

from .messages import diagnostic, example
from .violations import Diagnostic, Violation


def _date(violation: Violation) -> Diagnostic:
    text = violation.text
    if violation.keyword == "format":
        year, month = (int(part) for part in text.split("-")[:2])
        if not (1 <= month <= 12 and year):
            return diagnostic("no-such-month", violation)
        return diagnostic("no-such-day", violation, last=f"{year:04}-{month:02}-{monthrange(year, month)[1]}")
    if re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text):
        return diagnostic("no-day", violation, f"{text}-01")
    if days := possible_dates(text):
        fix = days[0] if len(days) == 1 else None
        return diagnostic(
            "other-date", violation, fix=fix, days=joined("{first} or {second}", (f"`{day}`" for day in days))
        )
    return diagnostic("no-date", violation)


_LIMIT_WORDS = re.compile(r"^(?:[<>]=?|[≤~≈]|max\.?|up to|at most|about|até|cerca de)\s*|\s*max\.?$", re.IGNORECASE)


def _duration(violation: Violation) -> Diagnostic:
    text = violation.text
    if text.isascii() and text.isdigit():
        return diagnostic("no-unit", violation, printable(text) + "s")
    meant, exact = standard_duration(text)
    if not meant:
        meant = standard_duration(_LIMIT_WORDS.sub("", text[:60]))[0]
    if meant:
        return diagnostic("other-duration", violation, meant, meant if exact else None)
    return diagnostic("no-duration", violation)


def _url(violation: Violation) -> Diagnostic:
    text = violation.text.strip()
    if re.match(r"https?://", text):
        url, sign, rest = re.fullmatch(r"([^\s,;]*)([,;]?)\s*(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]  # it matches every text
        if rest and (sign or re.match(r"[(\[–—-]", rest)):
            return diagnostic("text-after-url", violation, url)
        if re.search(r"\s", text) and re.match(r"https?://[A-Za-z0-9.-]+[/:]", text):
            fix = re.sub(r"\s", "%20", text)
            return diagnostic("space-in-url", violation, printable(fix), fix)
        return diagnostic("no-host", violation)
    if inner := re.fullmatch(r"(?:[<`]|\[[^\]]*\]\()(https?://[^\s<>()`]+)[>)`]", text):
        return diagnostic("url-in-brackets", violation, inner[1], inner[1])
    if re.match(r"https?://[^\s]", text, re.IGNORECASE):
        return diagnostic("other-url", violation, printable(text.partition(":")[0].lower() + text[text.index(":") :]))
    if re.fullmatch(r"([A-Za-z0-9-]+\.)+[A-Za-z]{2,}(:[0-9]+)?(/[^\s]*)?", text):
        return diagnostic("other-url", violation, printable(f"https://{text}"))
    return diagnostic("no-url", violation)


def _owner(violation: Violation) -> Diagnostic:
    meant = "" if "@" in violation.text else slug(violation.text, "")
    return diagnostic("owner", violation, meant or "payments")


def _spec_id(violation: Violation) -> Diagnostic:
    name = violation.text.removesuffix(".yaml").removesuffix(".yml").rpartition("/")[2]
    meant = slug(name, "")
    return diagnostic("spec-id", violation, fix=meant if meant == name else None, meant=meant or "pagar-me")


def _attachment(violation: Violation) -> Diagnostic:
    file = violation.text.replace("\\", "/").rpartition("/")[2]
    return diagnostic(
        "attachment", violation, printable(re.sub(r"[^A-Za-z0-9_.-]+", "-", file).strip("-.") or "contract.yaml")
    )


def line_message(violation: Violation) -> Diagnostic:
    """Return the message for a text of one line that does not match its pattern."""
    text, pattern = violation.text, violation.expected
    if "\n" in text.strip():
        return diagnostic("several-lines", violation)
    parts = [part.strip() for part in text.split(",")]
    if violation.is_item and len(parts) > 1 and all(_matches(part, pattern) for part in parts):
        return diagnostic("several-items", violation, items=", ".join(f"`- {printable(part)}`" for part in parts))
    choices = [each.strip() for each in re.split(r"[,/|]| (?:and|or|e|ou) ", text)]
    if len(choices) > 1 and not violation.is_item and all(_matches(each, pattern) for each in choices):
        return diagnostic("several-values", violation, printable(choices[0]))
    is_identifier = not _matches("a b", pattern)
    candidates = (text.strip(), *((text.upper(), slug(text, "")) if is_identifier else ()))
    if meant := next((each for each in candidates if _matches(each, pattern)), ""):
        shown = printable(meant)
        return diagnostic("similar-text", violation, shown, meant if is_identifier else None, meant=shown)
    if violation.field is None or violation.field.example is None:
        return diagnostic("other-format", violation, pattern=printable(str(pattern)))
    return diagnostic("format-example", violation, example(violation.field))


def _matches(text: str, pattern: Any) -> bool:
    return bool(text and isinstance(pattern, str) and re.fullmatch(pattern.removeprefix("^").removesuffix("$"), text))


BY_FORMAT: dict[str, Callable[[Violation], Diagnostic]] = {
    "date": _date,
    "duration": _duration,
    "url": _url,
    "owner": _owner,
    "spec": _spec_id,
    "attachment": _attachment,
}
