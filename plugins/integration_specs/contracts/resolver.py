"""Documents of vendors (OpenAPI, AsyncAPI, Postman): read within wide limits, their `$ref`s followed, nothing ever fetched.

A reference may lead to another place of the document or to a file in the folder of the document and below; never to
another machine, out of that folder, or through a link. What cannot be followed becomes a `BadReference`, not an exception.
"""

import os
import posixpath
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from integration_specs.documents import FOREIGN, Document, Pointer, load
from integration_specs.findings import Span
from integration_specs.text.display import printable

_MOST_FILES = 200
_MOST_CHARACTERS = 48 << 20
_MOST_HOPS = 30


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document and its place; a value that is not there is None at the place of its nearest ancestor."""

    document: Document = field(repr=False, compare=False)
    pointer: Pointer
    value: Any = field(compare=False)
    file: str = ""

    @property
    def span(self) -> Span:
        """Where its key stands; the start of the document for the whole."""
        return self.document.key_span(self.pointer)

    @property
    def place(self) -> tuple[str, Pointer]:
        """What tells it from every other place: file and pointer."""
        return self.file, self.pointer

    def __bool__(self) -> bool:
        """Whether there is anything at all."""
        return self.value is not None

    def text(self, *names: str) -> str:
        """The first of these properties that is a text (or a number, as it is written) and not blank; else nothing."""
        if isinstance(self.value, dict):
            for name in names:
                value = self.value.get(name)
                if isinstance(value, str) and value.strip():
                    return value
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    return self.document.source_text((*self.pointer, name)) or str(value)
        return ""


@dataclass(frozen=True, slots=True)
class BadReference:
    """A `$ref` that is not followed: where it stands, why, and what to do about it."""

    node: Node
    message: str
    help: str


class Resolver:
    """A document with the files that it refers to. `bad` collects what could not be followed, each place once."""

    def __init__(self, path: Path, shown: str) -> None:
        self._folder, self._shown = path.parent, shown
        self.document = load(path, shown, FOREIGN)
        self._files: dict[str, Document | str] = {path.name: self.document}
        self._characters = len(self.document.text)
        self.root = Node(self.document, (), self.document.data, path.name)
        self.bad: dict[tuple[str, Pointer], BadReference] = {}
        self._hops = 0  # that are left while a reference is followed: it may lead through others on its way

    def get(self, node: Node, *keys: str | int) -> Node:
        """What stands at `keys` below `node`, with every reference on the way followed."""
        node = self.follow(node)
        for key in keys:
            node = self.follow(child(node, key))
        return node

    def items(self, node: Node) -> Iterator[tuple[str, Node]]:
        """The properties of an object, or the items of a list (with their index as name), references not yet followed."""
        node = self.follow(node)
        if isinstance(node.value, dict):
            for key in node.value:
                yield key, child(node, key)
        elif isinstance(node.value, list):
            for index in range(len(node.value)):
                yield str(index), child(node, index)

    def follow(self, node: Node) -> Node:
        """The value that a reference leads to, with its own `summary` and `description` where it has any; other values as they are."""
        within, self._hops = self._hops, self._hops or _MOST_HOPS
        try:
            return self._follow(node)
        finally:
            if not within:
                self._hops = 0

    def _follow(self, node: Node) -> Node:
        said: dict[str, str] = {}
        start = node
        while True:
            reference = node.value.get("$ref") if isinstance(node.value, dict) else None
            if not isinstance(reference, str):
                if said and isinstance(node.value, dict):
                    return Node(node.document, node.pointer, {**node.value, **said}, node.file)
                return node
            if self._hops <= 1:
                return self._refuse(
                    start, "`$ref` leads from reference to reference without end", "Write the value itself."
                )
            self._hops -= 1
            for name in ("summary", "description"):
                if isinstance(node.value.get(name), str):
                    said.setdefault(name, node.value[name])
            target = self._target(node, reference)
            if target is None:
                return Node(node.document, node.pointer, None, node.file)
            node = target

    def _target(self, node: Node, reference: str) -> Node | None:
        shown = printable(reference, 80)
        address, _, fragment = reference.partition("#")
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", address):
            self._refuse(
                node,
                f"`$ref: {shown}` leads to another machine; nothing is ever fetched",
                "Download it beside the document and refer to that file.",
            )
            return None
        file = node.file
        if address:
            file = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(address)))
        document = self._open(file)
        if isinstance(document, str):
            self._refuse(node, f"`$ref: {shown}`: {document}", "Put the file there, or write the value in place.")
            return None
        target = Node(document, (), document.data, file)
        if fragment and not fragment.startswith("/"):
            self._refuse(
                node, f"`$ref: {shown}` names an anchor; only paths (`#/a/b`) are followed", "Write it as a path."
            )
            return None
        for step in steps(fragment)[1:]:
            target = self.follow(target)
            key = key_in(target.value, step)
            if key is None or not (target := child(target, key)):
                self._refuse(node, f"`$ref: {shown}` leads to nothing", "Correct the path, or add what it names.")
                return None
        return target

    def _refuse(self, node: Node, message: str, help: str) -> Node:
        self.bad.setdefault(node.place, BadReference(node, message, help))
        return Node(node.document, node.pointer, None, node.file)

    def _open(self, file: str) -> Document | str:
        """The file of that name below the folder, or why not."""
        known = self._files.get(file)
        if known is None:
            known = self._files[file] = self._read(file)
        return known

    def _read(self, file: str) -> Document | str:
        if file.startswith(("/", "../")) or file == ".." or "\\" in file or "\0" in file:
            return "is outside the folder of the document"
        if len(self._files) >= _MOST_FILES or self._characters > _MOST_CHARACTERS:
            return f"more than {_MOST_FILES} files or {_MOST_CHARACTERS >> 20} MB are not read"
        path = self._folder
        for part in file.split("/")[:-1]:
            path /= part
            try:
                if not stat.S_ISDIR(os.lstat(path).st_mode):
                    return "goes through a link or something else that is no folder"
            except (OSError, ValueError):
                return "there is no such file"
        document = load(self._folder / file, posixpath.join(posixpath.dirname(self._shown), file), FOREIGN)
        self._characters += len(document.text)
        fault = next((finding for finding in document.findings if finding.level == "error"), None)
        if fault is None:
            return document
        if fault.rule == "file-unreadable":
            return "there is no such file, or it may not be read"
        place = f"{printable(file)}:{fault.span.line}:{fault.span.column}"
        return f"{place}: {fault.message}"


def child(node: Node, key: str | int) -> Node:
    """The property or item itself, no reference followed."""
    value = node.value
    if isinstance(key, str) and isinstance(value, dict) and key in value:
        return Node(node.document, (*node.pointer, key), value[key], node.file)
    if isinstance(key, int) and isinstance(value, list) and key < len(value):
        return Node(node.document, (*node.pointer, key), value[key], node.file)
    return Node(node.document, node.pointer, None, node.file)


def steps(fragment: str) -> list[str]:
    """The parts of a reference's fragment (`/a/b~1c`) as they are named in the document, the one before the first slash included."""
    return [unquote(part).replace("~1", "/").replace("~0", "~") for part in fragment.split("/")]


def key_in(value: Any, step: str) -> str | int | None:
    """The key of an object, or the index of a list, that a step of a reference means; None where there is none."""
    if isinstance(value, dict):
        return step if step in value else None
    is_index = isinstance(value, list) and re.fullmatch(r"[0-9]{1,6}", step) and int(step) < len(value)
    return int(step) if is_index else None
