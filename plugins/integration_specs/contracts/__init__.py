"""Vendors' OpenAPI and AsyncAPI documents, with the only reader and the only `$ref` resolver of such documents.

The contract check and the importers use it. Malformed parts of a document are skipped, cyclic references end, and
nothing is ever fetched.

May import `documents` and the layers below.
"""

from .asyncapi import ChannelOperation, channel_messages, channel_operations
from .bodies import MediaType, Message, json_value
from .contract import (
    Contract,
    ContractError,
    base_path,
    detect_kind,
    normalize_template,
    read_contract,
    unresolved_references,
)
from .openapi import Operation, documented_operations, documented_webhooks
from .resolver import Node, Resolver, child
from .schema_errors import SchemaError, schema_errors
from .schema_fields import SchemaFields

__all__ = [
    "ChannelOperation", "Contract", "ContractError", "MediaType", "Message", "Node", "Operation", "Resolver", "SchemaError", "SchemaFields",
    "base_path", "channel_messages", "channel_operations", "child", "detect_kind", "documented_operations", "documented_webhooks",
    "json_value", "normalize_template", "read_contract", "schema_errors", "unresolved_references",
]  # fmt: skip
