"""What a project is made of: nodes, each of a registered type, each one JSON object in the store.

A kind of work brings its own node types (a wall, a passage) and registers them with a
`NodeCodecs` that is built once, in the composition function, and passed on.
"""

import re
from collections.abc import Callable
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec
from msgspec import Meta

from studio.contract.recipe import Recipe, identity

MAXIMUM_RATING = 5

Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Rating = Annotated[int, Meta(ge=0, le=MAXIMUM_RATING)]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """What every node has. A field that is added later must have a default."""

    id: str
    """Unique in the project, never used again."""


class Work(Node, frozen=True, kw_only=True):
    """One kept picture: its recipe here, its pixels in a blob that is a PNG of its own."""

    recipe: Recipe
    blob: Sha256
    """SHA-256 in hex of the PNG file."""
    title: str = ""
    rating: Rating = 0
    """0: not rated; 1 to 5."""
    created: float = 0.0
    """Seconds since 1970, for showing; the order of works never depends on it."""
    source: Literal["made", "brought in"] = "made"


N = TypeVar("N", bound=Node)


class NodeType(msgspec.Struct, Generic[N], frozen=True, kw_only=True):
    """How the store is to treat the nodes of one type."""

    name: str
    """Stands in the database, so it never changes."""
    struct: type[N]
    blobs: tuple[str, ...] = ()
    """Fields that name a blob by its SHA-256; such blobs live as long as the node."""
    key: Callable[[N], str] | None = None
    """What nodes are looked up by besides their id; it need not be unique."""
    meaning: Callable[[N], object] | None = None
    """What of a node the user sees; nodes that mean the same do not differ. None: all of it."""


def work_key(work: Work) -> str:
    """Works are looked up by the identity of their recipe."""
    return identity(work.recipe)


WORK: NodeType[Work] = NodeType(name="work", struct=Work, blobs=("blob",), key=work_key)


class Relative(Node, frozen=True, kw_only=True):
    """One picture of the family tree that need not be kept: its recipe, which draws it again."""

    recipe: Recipe
    favourite: bool = False
    created: float = 0.0
    """Seconds since 1970, for showing; the order never depends on it."""


def relative_key(relative: Relative) -> str:
    """Relatives are looked up by the identity of their recipe, as works are."""
    return identity(relative.recipe)


RELATIVE: NodeType[Relative] = NodeType(name="relative", struct=Relative, key=relative_key)


class NodeCodecs:
    """The node types that this program knows, each by its name, and how they become JSON."""

    def __init__(self, *types: NodeType[Any]) -> None:
        self._types: dict[str, NodeType[Any]] = {}
        self._decoders: dict[str, msgspec.json.Decoder[Any]] = {}
        self._encoder = msgspec.json.Encoder()
        for kind in types:
            self.register(kind)

    def register(self, kind: NodeType[Any]) -> None:
        """Add a type. Raises `ValueError` for a name that is taken or is not a plain word."""
        if not _NAME.fullmatch(kind.name):
            raise ValueError(f"{kind.name!r} is not a name for a node type")
        if kind.name in self._types:
            raise ValueError(f"the node type {kind.name!r} is registered already")
        unknown = set(kind.blobs) - set(kind.struct.__struct_fields__)
        if unknown:
            raise ValueError(f"{kind.name!r} has no fields {sorted(unknown)}")
        self._types[kind.name] = kind
        self._decoders[kind.name] = msgspec.json.Decoder(kind.struct)

    @property
    def names(self) -> frozenset[str]:
        """What the types are called."""
        return frozenset(self._types)

    def __contains__(self, name: str) -> bool:
        return name in self._types

    def type(self, name: str) -> NodeType[Any]:
        """The type called ``name``. Raises `KeyError` for one that nobody registered."""
        return self._types[name]

    def decode(self, name: str, body: bytes) -> Node:
        """Read a node. Raises `msgspec.MsgspecError` or `UnicodeError` for what is not one."""
        node = self._decoders[name].decode(body)
        assert isinstance(node, Node)
        return node

    def encode_value(self, value: object) -> bytes:
        """One field's value as JSON."""
        return self._encoder.encode(value)
