"""What is sent to the store and what comes back: edits, changes, the state of the history.

These are structs and no dataclasses because defining one takes 0.02 ms and not 1 ms, and the
window imports them before its first paint.
"""

from collections.abc import Mapping
from typing import Any, Generic, Literal, TypeVar

import msgspec

from studio.project.nodes import Node, NodeType

T = TypeVar("T")
N = TypeVar("N", bound=Node)

ChangeKind = Literal["edit", "undo", "redo", "version", "purge", "external"]
"""An edit is known to whoever sent it; "version" is the step that goes back to one."""


class Patch(msgspec.Struct, frozen=True, kw_only=True):
    """What happens to one node; build it with `put`, `change`, `remove` or `restore`.

    The inverse is not given: the store takes it from what stands there when it applies the
    patch, so that an edit built from an outdated node still undoes exactly what it did.
    """

    type_name: str
    id: str
    action: Literal["put", "change", "remove", "restore"]
    values: Mapping[str, object] = msgspec.field(default_factory=dict)
    """By field: all of them for "put", those that are set for "change"."""
    expected: Mapping[str, object] = msgspec.field(default_factory=dict)
    """Only for an edit that is no step: fields and the values that they must still have; if one
    has another by now, what would be completed is not there any more, and the edit does nothing.
    """


def put(kind: NodeType[N], node: N) -> Patch:
    """Add a node, or put one in the place of the node with its id, in the bin or out of it."""
    values = {name: getattr(node, name) for name in node.__struct_fields__}
    return Patch(type_name=kind.name, id=node.id, action="put", values=values)


def change(kind: NodeType[Any], node_id: str, /, **values: object) -> Patch:
    """Set some fields of a node, whatever the others have become meanwhile."""
    if "id" in values:
        raise ValueError("a node keeps its id")
    return Patch(type_name=kind.name, id=node_id, action="change", values=values)


def complete(
    kind: NodeType[Any], node_id: str, expected: Mapping[str, object], /, **values: object
) -> Patch:
    """Set some fields if those of ``expected`` still have these values, for `Edit.is_step` False.

    Between the moment when the edit was sent and its turn the user may have undone the step.
    """
    patch = change(kind, node_id, **values)
    return msgspec.structs.replace(patch, expected=expected)


def remove(kind: NodeType[Any], node_id: str) -> Patch:
    """Put a node into the bin."""
    return Patch(type_name=kind.name, id=node_id, action="remove")


def restore(kind: NodeType[Any], node_id: str) -> Patch:
    """Take a node out of the bin, as it was put there, to its old place."""
    return Patch(type_name=kind.name, id=node_id, action="restore")


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the user's: all of its patches are written, or none."""

    scope: str
    """Whose history it belongs to, e.g. a room: undo follows the focus."""
    label: str
    """What it does, as a key that the interface translates, e.g. "images.keep"."""
    parameters: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Fills the translated label's placeholders. A ``count`` is how many nodes the step deals with;
    it goes down when some of them are deleted for ever."""
    patches: tuple[Patch, ...]
    merge_key: str | None = None
    """Edits of one key that follow each other become one step, as a drag of a slider does.
    They are written every 500 ms, so up to that much of a drag is lost with the process."""
    blobs: tuple[bytes, ...] = ()
    """Files to be stored before the patches that name them."""
    is_step: bool = True
    """False: no step of its own. What it sets completes the step that last set the same fields
    (a wall whose pictures have arrived), so undo and redo carry it along; where there is no such
    step it cannot be undone (the first wall of a new project)."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a commit changed; screens refresh only that."""

    kind: ChangeKind
    scope: str
    nodes: tuple[str, ...]
    """Ids of the nodes that are new, changed, binned, restored or purged."""
    types: frozenset[str]
    """Names of those nodes' types."""
    label: str = ""
    parameters: Mapping[str, str] = msgspec.field(default_factory=dict)
    step: int | None = None
    """Number of the history's step that was made, joined, undone or redone; None: there is no
    such step, so nothing has moved on that undo would follow."""


class HistoryState(msgspec.Struct, frozen=True, kw_only=True):
    """What undo and redo would do in one scope; labels are keys to be translated."""

    can_undo: bool
    can_redo: bool
    undo_label: str = ""
    undo_parameters: Mapping[str, str] = msgspec.field(default_factory=dict)
    redo_label: str = ""
    redo_parameters: Mapping[str, str] = msgspec.field(default_factory=dict)


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """Part of a list, read at one moment."""

    items: tuple[T, ...]
    total: int
    """How many there are in the whole list."""
    damaged: tuple[str, ...] = ()
    """Ids that belong on this page and cannot be read; the rest goes on without them."""
