"""Reading of files into `Document`s: a strict subset of YAML 1.2 with the position of each node.

No exception leaves this package: what is wrong with a file is in the `findings` of its document. A document never contains a
secret: `load` redacts it. Only libyaml's event stream is used and never PyYAML's own parser, because the two disagree on
dozens of files.

May import `findings`, `secrets` and `text`.
"""

from .document import Document, RawDocument
from .limits import SPEC, VENDOR, Limits
from .loading import ParserMissing, load, load_raw, load_raw_text, load_text, require_parser
from .pointers import Pointer
from .yaml_problems import RULES

__all__ = [
    "RULES", "SPEC", "VENDOR", "Document", "Limits", "ParserMissing", "Pointer", "RawDocument", "load", "load_raw",
    "load_raw_text", "load_text", "require_parser",
]  # fmt: skip
