"""Whether the files that a spec names lie in its folder."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from integration_specs.findings import Finding, Rule
from integration_specs.model import Spec
from integration_specs.text.display import listing, printable
from integration_specs.text.suggestions import closest
from integration_specs.validation.schema import Pointer

from . import CheckContext

MISSING = Rule(
    "attachment-missing",
    "error",
    "An attachment is not in the spec's folder.",
    "The page would link to a file that is not there. Attachments belong in the folder named after the spec.",
    "attachments:\n  - path: record-layouts.csv   (the file is specs/pay/record-layout.csv)",
    "attachments:\n  - path: record-layout.csv",
)
RULES = (MISSING,)
_MOST_FILES = 500


def check(context: CheckContext) -> Iterator[Finding]:
    """Looks for every attachment."""
    for spec in context.catalog.specs:
        for index, item in enumerate(spec.data.get("attachments", ())):
            if missing := absent(context, spec, MISSING, ("attachments", index, "path"), item["path"]):
                yield missing


def folder_of(context: CheckContext, spec: Spec) -> Path:
    """The folder of a spec's attachments."""
    return (context.settings.root / spec.file).parent / spec.id


def absent(context: CheckContext, spec: Spec, rule: Rule, pointer: Pointer, name: str) -> Finding | None:
    """The finding for a file that a spec names and that is not in its folder; None when it is there."""
    folder, shown = folder_of(context, spec), f"{Path(spec.file).parent.as_posix()}/{spec.id}/"
    if ".." in name.split("/"):
        message = f"`{printable(name)}`: a path may not leave the spec's folder"
    elif (folder / name).is_file():
        return None
    else:
        message = f"`{printable(name)}` is not in `{shown}`"
    files = islice((path for path in folder.rglob("[!.]*") if path.is_file()), _MOST_FILES)
    there = sorted(path.relative_to(folder).as_posix() for path in files)
    meant = closest(name, there)
    message += f"; did you mean `{printable(meant)}`?" if meant else ""
    help_text = f"Put the file into `{shown}`" + (
        f", or name one that is there: {listing(there, 3)}." if there else "."
    )
    return spec.finding(rule, pointer, message, help_text, cause=f"file {name}")
