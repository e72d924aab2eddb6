"""A day's work in a project, the same each time for the same seed, with what it comes to.

The process that is killed and the test that looks at the remains make the same list of tasks.
"""

import random
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import msgspec

from studio.project.blobs import sha256_of
from studio.project.edits import Edit, change, put, remove, restore
from studio.project.nodes import WORK, Node, NodeType, Work
from studio.project.store import ProjectStore
from tests.project.model import Fields, Model
from tests.project.samples import NOTE, Note, png, recipe, step

WALL_BYTES = 24_000
"""What a wall of finished recipes comes to; enough for checkpoints to happen."""

N = TypeVar("N", bound=Node)
Action = Literal["edit", "undo", "redo", "empty bin", "reopen", "version", "go back"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What the user does next; it is done when the last of its futures has resolved."""

    action: Action
    edits: tuple[Edit, ...] = ()
    """More than one: a drag."""
    version: str = ""
    """The name of the version that is made, or gone back to."""

    def begin(self, store: ProjectStore) -> list[Future[Any]]:
        if self.action == "undo":
            return [store.undo("a")]
        if self.action == "redo":
            return [store.redo("a")]
        if self.action == "empty bin":
            return [store.empty_bin(WORK)]
        if self.action == "version":
            return [store.take_version("named", self.version)]
        if self.action == "go back":
            (version,) = [v for v in store.versions() if v.name == self.version]
            return [store.go_back(version.number, scope="a")]
        return [store.submit(edit) for edit in self.edits]

    def outcomes(self, model: Model) -> Iterator[None]:
        """Do it in the model, stopping wherever a kill may leave the store."""
        if self.action in ("undo", "redo"):
            model.turn("a", undo=self.action == "undo")
        elif self.action == "empty bin":
            model.purge()
        elif self.action == "reopen":
            model.drag = model.drag_step = None
        elif self.action == "version":
            model.take_version(self.version)
        elif self.action == "go back":
            model.go_back(self.version, "a")
        for edit in self.edits:
            if edit.is_step:
                model.edit(edit.scope, list(edit.patches), edit.merge_key)
            else:
                model.complete(edit.scope, list(edit.patches))
            yield
        yield


def tasks(seed: int) -> Iterator[Task]:
    """What is done, without end; only what can be done, whatever came before."""
    chosen = random.Random(seed)
    model = Model()
    number = seed * 1000
    task = Task(action="edit", edits=(step(put(NOTE, Note(id="wall")), is_step=False),))
    while True:
        yield task
        for _ in task.outcomes(model):
            pass
        number += 1
        works = [node for node in model.nodes if node != "wall"]
        task = _next(chosen, number, works, list(model.versions))


def _next(chosen: random.Random, number: int, works: list[str], versions: list[str]) -> Task:
    roll = chosen.random()
    if roll < 0.06:
        return Task(action="version", version=f"version {number}")
    if roll < 0.12 and versions:
        return Task(action="go back", version=chosen.choice(versions))
    roll = chosen.random()
    if roll < 0.35 or not works:
        work = Work(id=f"w{number}", recipe=recipe(number), blob=sha256_of(png(number)))
        return _edit(step(put(WORK, work), blobs=(png(number),)))
    if roll < 0.68:
        text = chosen.randbytes(WALL_BYTES // 2).hex()
        return _edit(step(change(NOTE, "wall", text=text), is_step=roll < 0.60))
    if roll < 0.76:
        drag = [change(NOTE, "wall", number=number * 100 + i) for i in range(6)]
        return _edit(*(step(patch, merge_key="slider") for patch in drag))
    if roll < 0.84:
        return Task(action="undo")
    if roll < 0.88:
        return Task(action="redo")
    if roll < 0.95:
        act = restore if chosen.random() < 0.3 else remove
        return _edit(step(act(WORK, chosen.choice(works))))
    return Task(action="empty bin" if roll < 0.975 else "reopen")


def _edit(*edits: Edit) -> Task:
    return Task(action="edit", edits=edits)


def content(store: ProjectStore) -> dict[str, tuple[bool, Fields]]:
    """Every node: whether it lies in the bin, and its fields; and every version's nodes."""
    found: dict[str, tuple[bool, Fields]] = {}

    def fields_of(node: Node) -> Fields:
        fields = msgspec.structs.asdict(node)
        del fields["id"]
        return fields

    def add(kind: NodeType[N]) -> None:
        pages = (store.nodes(kind, limit=10_000), store.bin(kind, limit=10_000))
        for binned, page in enumerate(pages):
            assert page.damaged == ()
            for node in page.items:
                found[node.id] = (bool(binned), fields_of(node))

    add(WORK)
    add(NOTE)
    live = {node: fields for node, (binned, fields) in found.items() if not binned}
    for version in store.versions():
        if version.is_named:
            then = dict(live)
            differences = store.differences(version)
            for node in differences.kept:
                del then[node.id]
            for node in differences.removed:
                then[node.id] = fields_of(node)
            for other in (*differences.altered, *differences.others):
                then.pop(other.id, None)
                if other.then is not None:
                    then[other.id] = fields_of(other.then)
            found[version.name] = (False, dict(then))
    return found


def expected(model: Model) -> dict[str, tuple[bool, Fields]]:
    """The same of the model."""
    nodes = {node: (node in model.binned, dict(fields)) for node, fields in model.nodes.items()}
    versions: dict[str, tuple[bool, Fields]] = {
        name: (False, {node: dict(fields) for node, fields in then.items()})
        for name, then in model.versions.items()
    }
    return {**nodes, **versions}
