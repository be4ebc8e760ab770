"""Check that the files that a spec names exist in its folder."""

import errno
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from integration_specs.files import is_file, why_unreadable
from integration_specs.findings import Finding, Rule
from integration_specs.model import Spec
from integration_specs.text.display import listing, printable
from integration_specs.text.messages import Message, gettext_noop
from integration_specs.text.suggestions import did_you_mean
from integration_specs.validation.schema import Pointer

from . import RULES, CheckContext

_MOST_FILES = 500


def check(context: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Yield a finding for every attachment that does not exist."""
    for index, item in enumerate(spec.data.get("attachments", ())):
        rule, pointer = RULES["attachment-missing"], ("attachments", index, "path")
        if missing := missing_file(context, spec, rule, pointer, item["path"]):
            yield missing


def attachment_folder(context: CheckContext, spec: Spec) -> Path:
    """Return the folder of a spec's attachments."""
    return (context.settings.root / spec.file).parent / spec.id


def missing_file(context: CheckContext, spec: Spec, rule: Rule, pointer: Pointer, name: str) -> Finding | None:
    """Return a finding if a file that a spec names does not exist in its folder."""
    folder, shown = attachment_folder(context, spec), f"{Path(spec.file).parent.as_posix()}/{spec.id}/"
    error, leads_out = why_unreadable(folder / name, follow_links=False), ".." in name.split("/")
    if error is None and not leads_out:
        return None
    files = islice((path for path in folder.rglob("[!.]*") if is_file(path)), _MOST_FILES)
    existing = sorted(path.relative_to(folder).as_posix() for path in files)
    values = {"name": printable(name), "folder": shown, "files": listing(existing, 3)}
    template = gettext_noop("Add the file to `{folder}`, or use one that exists: {files}.")
    advice = Message(template if existing else gettext_noop("Add the file to `{folder}`."), **values)
    if leads_out or error is None or error.errno in (errno.ENOENT, errno.ENOTDIR):
        template = gettext_noop("`{name}` does not exist in `{folder}`{hint}")
        if leads_out:
            template = gettext_noop("`{name}`: the path leads out of the spec's folder{hint}")
        message = Message(template, **values, hint=did_you_mean(name, existing))
    else:
        message = Message("`{name}` in `{folder}` cannot be read: {reason}", **values, reason=error.reason)
        advice = Message("Replace it with a regular file that everybody may read.")
    return spec.report(rule, pointer, message=message, advice=advice, cause=f"file {name}")
