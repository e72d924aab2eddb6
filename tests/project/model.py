"""The rules of a project in memory, as plainly as can be, for the tests to compare with."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from studio.project.edits import Patch

Fields = dict[str, object]
Entry = tuple[str, Fields | None, Fields | None]
"""Node, its touched fields before and after; None: not there."""


@dataclass
class Model:
    """Nodes, bin and histories; each method does what the store's edit of that name does."""

    nodes: dict[str, Fields] = field(default_factory=dict)
    binned: list[str] = field(default_factory=list)
    done: dict[str, list[list[Entry]]] = field(default_factory=lambda: {"a": [], "b": []})
    undone: dict[str, list[list[Entry]]] = field(default_factory=lambda: {"a": [], "b": []})
    versions: dict[str, dict[str, Fields]] = field(default_factory=dict)
    """By name: the nodes that were there."""
    drag: tuple[str, str] | None = None
    drag_step: list[Entry] | None = None

    def apply(self, node: str, source: Fields | None, target: Fields | None) -> None:
        if target is None:
            if node not in self.binned:
                self.binned.append(node)
            return
        if source is None and node in self.binned:
            self.binned.remove(node)
        self.nodes.setdefault(node, {}).update(target)

    def plan(self, patch: Patch) -> Entry:
        now = dict(self.nodes[patch.id]) if patch.id in self.nodes else None
        there = None if patch.id in self.binned else now
        values = dict(patch.values)
        values.pop("id", None)
        if patch.action == "put":
            return patch.id, there, values
        if patch.action == "change":
            assert now is not None
            return patch.id, {name: now[name] for name in values}, values
        return patch.id, there, now if patch.action == "restore" else None

    def perform(self, patches: Iterable[Patch]) -> list[Entry]:
        entries = []
        for patch in patches:
            node, before, after = self.plan(patch)
            if before != after:
                self.apply(node, before, after)
                entries.append((node, before, after))
        return entries

    def edit(self, scope: str, patches: list[Patch], merge_key: str | None) -> None:
        joins = merge_key is not None and all(patch.action == "change" for patch in patches)
        if joins and self.drag == (scope, merge_key):
            last = {patch.id: patch for patch in patches}
            entries = self.perform(last.values())
        else:
            entries = self.perform(patches)
            self.drag_step = None
            self.drag = (scope, merge_key) if joins and merge_key is not None else None
        if not entries:
            return
        self.undone[scope] = []
        if self.drag is None or self.drag_step is None:
            self.done[scope].append(entries)
            self.drag_step = entries if self.drag is not None else None
            return
        for node, before, after in entries:
            assert before is not None
            assert after is not None
            self.join(self.drag_step, node, before, after)
        if all(before == after for _, before, after in self.drag_step):
            self.done[scope].remove(self.drag_step)
            self.drag_step = None

    @staticmethod
    def join(into: list[Entry], node: str, before: Fields, after: Fields) -> None:
        for index, (known_node, old_before, old_after) in enumerate(into):
            if known_node == node:
                assert old_before is not None
                assert old_after is not None
                into[index] = (node, {**before, **old_before}, {**old_after, **after})
                return
        into.append((node, before, after))

    def complete(self, scope: str, patches: list[Patch]) -> None:
        for node, before, after in self.perform(patches):
            if before is None or after is None:
                continue
            remaining = dict(after)
            for entries in reversed(self.done[scope]):
                for index in reversed(range(len(entries))):
                    known_node, old_before, old_after = entries[index]
                    if known_node != node or old_after is None:
                        continue
                    touched = remaining.keys() & {**(old_before or {}), **old_after}.keys()
                    new = {name: remaining.pop(name) for name in touched}
                    entries[index] = (node, old_before, {**old_after, **new})

    def turn(self, scope: str, *, undo: bool) -> None:
        self.drag = self.drag_step = None
        source, target = (self.done, self.undone) if undo else (self.undone, self.done)
        if not source[scope]:
            return
        entries = source[scope].pop()
        target[scope].append(entries)
        for node, before, after in reversed(entries) if undo else entries:
            if undo:
                self.apply(node, after, before)
            else:
                self.apply(node, before, after)

    def live(self) -> dict[str, Fields]:
        return {node: dict(now) for node, now in self.nodes.items() if node not in self.binned}

    def take_version(self, name: str) -> None:
        self.drag = self.drag_step = None
        self.versions[name] = self.live()

    def drop_version(self, name: str) -> None:
        self.drag = self.drag_step = None
        del self.versions[name]

    def go_back(self, name: str, scope: str) -> None:
        self.drag = self.drag_step = None
        then, now = self.versions[name], self.live()
        entries: list[Entry] = []
        for node in {**then, **now}:
            if node not in then:
                entries.append((node, now[node], None))
            elif node not in now:
                entries.append((node, None, dict(then[node])))
            elif then[node] != now[node]:
                differ = [key for key, value in then[node].items() if now[node][key] != value]
                before = {key: now[node][key] for key in differ}
                entries.append((node, before, {key: then[node][key] for key in differ}))
        for entry in entries:
            self.apply(*entry)
        if entries:
            self.undone[scope] = []
            self.done[scope].append(entries)

    def purge(self) -> None:
        self.drag = self.drag_step = None
        for version in self.versions.values():
            for node in self.binned:
                version.pop(node, None)
        for steps in (*self.done.values(), *self.undone.values()):
            for entries in steps:
                entries[:] = [entry for entry in entries if entry[0] not in self.binned]
            steps[:] = [entries for entries in steps if entries]
        for node in self.binned:
            del self.nodes[node]
        self.binned = []
