"""The `$ref` resolver of contract documents (OpenAPI, AsyncAPI, Postman).

A reference may lead to another place of the document, or to a file in the document's folder or below it; never to another
host, out of that folder, or through a symbolic link. What cannot be followed becomes an entry of `bad`, not an exception.
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

from integration_specs.documents import VENDOR, Pointer, RawDocument, load_raw
from integration_specs.documents.pointers import pointer_steps
from integration_specs.findings import Span
from integration_specs.text.display import printable

from .swagger import to_openapi

_MOST_FILES = 2_000
_MOST_CHARACTERS = 48 << 20
_MOST_HOPS = 30


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document with its location. A missing value is None, at the location of its nearest ancestor."""

    document: RawDocument = field(repr=False, compare=False)
    pointer: Pointer
    value: Any = field(compare=False)
    file: str = ""

    @property
    def span(self) -> Span:
        """Return where its key is; the start of the document for the root."""
        return self.document.key_span(self.pointer)

    @property
    def place(self) -> tuple[str, Pointer]:
        """Return what identifies the node: file and pointer."""
        return self.file, self.pointer

    def __bool__(self) -> bool:
        """Return whether there is a value."""
        return self.value is not None

    def text(self, *names: str) -> str:
        """Return the first of these properties that is a non-blank text or a number (as it is written); else an empty text."""
        if isinstance(self.value, dict):
            for name in names:
                value = self.value.get(name)
                if isinstance(value, str) and value.strip():
                    return value
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    return self.document.source_text((*self.pointer, name)) or str(value)
        return ""

    def is_true(self, name: str) -> bool:
        """Return whether a property is `true`."""
        return self.is_object and self.value.get(name) is True

    @property
    def is_object(self) -> bool:
        """Return whether the value is an object."""
        return isinstance(self.value, dict)


class Resolver:
    """A document with the files that it refers to. Swagger 2.0 is read as OpenAPI 3.0.

    `folder` is where those files are; without one, references stay inside the document. `bad` collects every
    reference that is not followed, by its place.
    """

    def __init__(self, document: RawDocument, folder: Path | None = None) -> None:
        self._folder = folder
        self.document = document
        name = posixpath.basename(document.path)
        self.files: dict[str, RawDocument | str] = {name: document}
        """By path below the folder: the document, or why it cannot be read."""
        self._characters = len(document.text)
        self.root = Node(document, (), to_openapi(document.data), name)
        self.bad: dict[tuple[str, Pointer], tuple[Node, str, str]] = {}
        """By place: the node of a reference that is not followed, why, and what to do about it."""
        self._hops = 0  # left while a reference is followed: it may lead through others on its way

    @classmethod
    def open(cls, path: Path, shown: str) -> "Resolver":
        """Read the document at `path`, which messages call `shown`; its findings say whether it can be used."""
        return cls(load_raw(path, shown, VENDOR), path.parent)

    def get(self, node: Node, *keys: str | int) -> Node:
        """Return the node at `keys` below `node`, with every reference on the way followed."""
        node = self.follow(node)
        for key in keys:
            node = self.follow(child(node, key))
        return node

    def items(self, node: Node) -> Iterator[tuple[str, Node]]:
        """Yield the properties of an object or the items of a list (named by their index); references are not followed."""
        node = self.follow(node)
        if isinstance(node.value, dict):
            for key in node.value:
                yield key, child(node, key)
        elif isinstance(node.value, list):
            for index in range(len(node.value)):
                yield str(index), child(node, index)

    def parts(self, node: Node, *keys: str | int) -> Iterator[tuple[str, Node]]:
        """Yield the properties or items of the node at `keys` below `node`, with every reference followed."""
        for name, place in self.items(self.get(node, *keys)):
            yield name, self.follow(place)

    def follow(self, node: Node) -> Node:
        """Return the node that a reference leads to, any other node unchanged.

        The target takes over a `summary` or `description` beside the reference. A reference that cannot be
        followed becomes a node without a value, and an entry of `bad`.
        """
        if not (isinstance(node.value, dict) and isinstance(node.value.get("$ref"), str)):
            return node
        outer, self._hops = self._hops, self._hops or _MOST_HOPS
        try:
            return self._follow(node)
        finally:
            if not outer:
                self._hops = 0

    def _follow(self, node: Node) -> Node:
        texts: dict[str, str] = {}
        start = node
        while True:
            reference = node.value.get("$ref") if isinstance(node.value, dict) else None
            if not isinstance(reference, str):
                if texts and isinstance(node.value, dict):
                    return Node(node.document, node.pointer, {**node.value, **texts}, node.file)
                return node
            if self._hops <= 1:
                advice = "Write the value in place of one of these references."
                return self._refuse(start, "`$ref` leads to itself", advice)
            self._hops -= 1
            for name in ("summary", "description"):
                if isinstance(node.value.get(name), str):
                    texts.setdefault(name, node.value[name])
            if not (target := self._target(node, reference)):
                return target
            node = target

    def _target(self, node: Node, reference: str) -> Node:
        shown = f"`$ref: {printable(reference, 80)}`"
        address, _, fragment = reference.partition("#")
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", address):
            advice = "Download the file, put it beside the document and refer to it by its name."
            return self._refuse(node, f"{shown} is the address of another host; references are never fetched", advice)
        file = node.file
        if address:
            file = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(address)))
        document = self.open_file(file)
        if isinstance(document, str):
            advice = "Put the file there, or bundle the document into one file (`npx @redocly/cli bundle`)."
            return self._refuse(node, f"{shown}: {document}", advice)
        target = self.root if file == self.root.file else Node(document, (), document.data, file)
        if fragment and not fragment.startswith("/"):
            problem = f"{shown} is an anchor; only JSON pointers (`#/a/b`) are followed"
            return self._refuse(node, problem, "Write it as a JSON pointer.")
        for step in pointer_steps(fragment):
            target = self.follow(target)
            key = _key_in(target.value, step)
            if key is None or not (target := child(target, key)):
                advice = "Correct the pointer, or add the missing definition."
                return self._refuse(node, f"the target of {shown} does not exist", advice)
        return target

    def _refuse(self, node: Node, message: str, help: str) -> Node:
        self.bad.setdefault(node.place, (node, message, help))
        return Node(node.document, node.pointer, None, node.file)

    def open_file(self, file: str) -> RawDocument | str:
        """Return the document at this path below the folder, or why it cannot be read."""
        if file not in self.files:
            self.files[file] = self._read(file)
        return self.files[file]

    def _read(self, file: str) -> RawDocument | str:
        if self._folder is None:
            return "is in another file"
        if file.startswith(("/", "../")) or file == ".." or "\\" in file or "\0" in file:
            return "is outside the document's folder"
        if len(self.files) >= _MOST_FILES or self._characters > _MOST_CHARACTERS:
            return f"is beyond the limit of {_MOST_FILES:,} files and {_MOST_CHARACTERS >> 20} MB"
        path = self._folder
        for part in file.split("/")[:-1]:
            path /= part
            try:
                if not stat.S_ISDIR(os.lstat(path).st_mode):
                    return "leads through a symbolic link or a file that is not a folder"
            except (OSError, ValueError):
                return "the file does not exist"
        shown = posixpath.join(posixpath.dirname(self.document.path), file)
        document = load_raw(self._folder / file, shown, VENDOR)
        self._characters += len(document.text)
        fault = next((finding for finding in document.findings if finding.level == "error"), None)
        if fault is None:
            return document
        if fault.rule == "file-unreadable":
            return "the file does not exist or cannot be read"
        place = f"{printable(file)}:{fault.span.line}:{fault.span.column}"
        return f"{place}: {fault.message}"


def child(node: Node, key: str | int) -> Node:
    """Return the property or item `key` of a node; references are not followed."""
    value = node.value
    if isinstance(key, str) and isinstance(value, dict) and key in value:
        return Node(node.document, (*node.pointer, key), value[key], node.file)
    if isinstance(key, int) and isinstance(value, list) and key < len(value):
        return Node(node.document, (*node.pointer, key), value[key], node.file)
    return Node(node.document, node.pointer, None, node.file)


def _key_in(value: Any, step: str) -> str | int | None:
    """Return the key of an object or the index of a list that a step means; None if it does not exist."""
    if isinstance(value, dict):
        return step if step in value else None
    is_index = isinstance(value, list) and re.fullmatch(r"[0-9]{1,6}", step) and int(step) < len(value)
    return int(step) if is_index else None
