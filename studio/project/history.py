"""Applying edits to the tables, and taking them back.

Every method runs inside a transaction that the caller opens; none touches a file. A node's state
is a dictionary of its fields' JSON, or None while it is not there (never made, or in the bin).
What leaves the project goes to the bin: a removal, the undoing of a keep, and so also the kept
work whose redo was dropped by a new edit. Only `purge` ends a node, and with it what the history
says of it, so that the history never offers what cannot be done.
"""

import logging
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from studio.contract.errors import ProjectDamaged, ProjectError
from studio.project import versions
from studio.project.database import count_beside
from studio.project.edits import Change, ChangeKind, Edit, HistoryState, Patch
from studio.project.nodes import Node, NodeCodecs, Relative, Work
from studio.project.work_index import enter, forget_doomed, note_binned

Fields = dict[str, bytes]
"""JSON by field."""

DEFLATE_BYTES = 512
"""Shorter patches are not worth deflating."""

GO_BACK = "project.go_back"
"""Label of the step that goes back to a version."""

ROW_DAMAGED = "a row is damaged"

_log = logging.getLogger(__name__)


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What recording an edit came to."""

    change: Change
    sequence: int | None
    """The step's number; None: nothing differed, so there is no step."""


class _Step(msgspec.Struct, frozen=True, kw_only=True):
    """A patch as it was applied: both states hold the touched fields alone."""

    node: str
    type_name: str
    before: Fields | None
    after: Fields | None


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    type_name: str
    fields: Fields
    binned: bool


class History:
    """The tables of nodes, edits and patches, through the writer's connection."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        codecs: NodeCodecs,
        file: Path,
        blob_exists: Callable[[str], bool],
    ) -> None:
        self._connection = connection
        self._codecs = codecs
        self._file = file
        self._blob_exists = blob_exists

    def record(self, edit: Edit, *, join: int | None = None) -> Recorded:
        """Apply an edit and remember it as a step, or as part of the step ``join``.

        Whatever waited to be redone in the edit's scope is dropped, unless nothing differs.
        Raises `ProjectError` if the edit changes what is not there.
        """
        commit = self._count_commit()
        steps = self._perform(edit.patches, commit)
        if not steps:
            return Recorded(change=_change("edit", edit, ()), sequence=join)
        self._drop_redo(edit.scope)
        if join is None:
            cursor = self._connection.execute(
                "INSERT INTO edits (scope, undone, label, parameters) VALUES (?, 0, ?, ?)",
                (edit.scope, edit.label, _dump(dict(edit.parameters))),
            )
            sequence = cursor.lastrowid
            assert sequence is not None
            for position, step in enumerate(steps):
                self._insert_patch(sequence, position, step)
        else:
            sequence = self._join(join, steps)
        change = msgspec.structs.replace(_change("edit", edit, steps), step=sequence)
        return Recorded(change=change, sequence=sequence)

    def complete(self, edit: Edit) -> Change:
        """Apply an edit that is no step, and let the steps that set its fields carry it."""
        if not all(self._is_as_expected(patch) for patch in edit.patches):
            return _change("edit", edit, ())
        steps = self._perform(edit.patches, self._count_commit())
        for step in steps:
            if step.before is not None and step.after is not None:
                self._complete_step(edit.scope, step.node, step.after)
        return _change("edit", edit, steps)

    def undo(self, scope: str, step: int | None = None) -> Change | None:
        """Take back the last step of ``scope``; None: there is none, or it is not ``step``."""
        return self._turn("undo", scope, step)

    def redo(self, scope: str) -> Change | None:
        """Do again the step of ``scope`` that was undone last; None: there is none."""
        return self._turn("redo", scope)

    def go_back(self, number: int, scope: str) -> Change | None:
        """Make everything what it was at a version, as one step of ``scope``; None: it is so.

        What is there now stays as a version too. Raises `ProjectError` if there is no such one.
        """
        version = versions.find(self._connection, number)
        if version is None:
            raise ProjectError(file=self._file, fault="that version is not there any more")
        patches = [
            self._return(node, type_name, then, now)
            for node, type_name, then, now in versions.changed_since(self._connection, version)
        ]
        if not patches:
            return None
        versions.take(self._connection, "before", spare=number)
        parameters = {"name": version.name}
        edit = Edit(scope=scope, label=GO_BACK, parameters=parameters, patches=tuple(patches))
        return msgspec.structs.replace(self.record(edit).change, kind="version")

    def _return(self, node: str, type_name: str, then: str | None, now: str | None) -> Patch:
        """What makes one node what it was, touching no more fields than differ."""
        if then is None:
            return Patch(type_name=type_name, id=node, action="remove")
        old = _load(then, self._file)
        new = {} if now is None else _load(now, self._file)
        action: Literal["put", "change"] = "put"
        if now is not None and old.keys() >= new.keys():
            action = "change"
            old = {name: value for name, value in old.items() if new.get(name) != value}
        values = {name: msgspec.Raw(value) for name, value in old.items()}
        return Patch(type_name=type_name, id=node, action=action, values=values)

    def purge(self, type_name: str, ids: Sequence[str] | None) -> tuple[Change, list[str]]:
        """End nodes that lie in the bin, all of a type or those of ``ids``.

        Returns the change and the blobs that nothing names any more; they are entered as loose,
        and their files are the caller's to delete once this is committed.
        """
        run = self._connection.execute
        self._count_commit()
        run("CREATE TEMP TABLE IF NOT EXISTS doomed (id TEXT PRIMARY KEY)")
        run("DELETE FROM doomed")
        if ids is None:
            run(
                "INSERT INTO doomed SELECT id FROM nodes WHERE type = ? AND binned IS NOT NULL",
                (type_name,),
            )
        else:
            self._connection.executemany(
                "INSERT OR IGNORE INTO doomed SELECT id FROM nodes"
                " WHERE id = ? AND type = ? AND binned IS NOT NULL",
                [(node, type_name) for node in ids],
            )
        doomed = tuple(node for (node,) in run("SELECT id FROM doomed ORDER BY rowid"))
        touched = run("SELECT DISTINCT edit FROM patches WHERE node IN (SELECT id FROM doomed)")
        edits = touched.fetchall()
        run("DELETE FROM patches WHERE node IN (SELECT id FROM doomed)")
        self._connection.executemany(
            "DELETE FROM edits WHERE sequence = ?"
            " AND NOT EXISTS (SELECT 1 FROM patches WHERE edit = sequence)",
            edits,
        )
        self._count_again(sequence for (sequence,) in edits)
        named = run("SELECT DISTINCT sha256 FROM blobs WHERE node IN (SELECT id FROM doomed)")
        shas = [sha for (sha,) in named]
        run("DELETE FROM blobs WHERE node IN (SELECT id FROM doomed)")
        unnamed = [
            sha
            for sha in shas
            if run("SELECT 1 FROM blobs WHERE sha256 = ?", (sha,)).fetchone() is None
        ]
        self.add_loose(unnamed)
        forget_doomed(self._connection)
        versions.forget_doomed(self._connection)
        run("DELETE FROM nodes WHERE id IN (SELECT id FROM doomed)")
        count_beside(self._connection)
        types = frozenset((type_name,)) if doomed else frozenset[str]()
        return Change(kind="purge", scope="", nodes=doomed, types=types), unnamed

    def _count_again(self, edits: Iterable[int]) -> None:
        """Let steps that lost some of their nodes say how many they still deal with."""
        run = self._connection.execute
        for sequence in edits:
            for text, count in run(
                "SELECT parameters, count(DISTINCT node) FROM edits JOIN patches ON edit = sequence"
                " WHERE sequence = ? GROUP BY sequence",
                (sequence,),
            ).fetchall():
                parameters = _parameters(text)
                if "count" in parameters:
                    told = _dump({**parameters, "count": str(count)})
                    run("UPDATE edits SET parameters = ? WHERE sequence = ?", (told, sequence))

    def add_loose(self, shas: Iterable[str]) -> None:
        """Note blobs that no node names; those that one does name are passed over."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO loose SELECT ?"
            " WHERE NOT EXISTS (SELECT 1 FROM blobs WHERE sha256 = ?)",
            [(sha, sha) for sha in shas],
        )

    def forget_loose(self, shas: Iterable[str]) -> None:
        """Their files are gone."""
        self._connection.executemany("DELETE FROM loose WHERE sha256 = ?", [(s,) for s in shas])

    def _count_commit(self) -> int:
        run = self._connection.execute
        run("UPDATE facts SET value = value + 1 WHERE name = 'commits'")
        (commit,) = run("SELECT value FROM facts WHERE name = 'commits'").fetchone()
        assert isinstance(commit, int)
        return commit

    def _drop_redo(self, scope: str) -> None:
        self._connection.execute(
            "DELETE FROM patches WHERE edit IN"
            " (SELECT sequence FROM edits WHERE scope = ? AND undone = 1)",
            (scope,),
        )
        self._connection.execute("DELETE FROM edits WHERE scope = ? AND undone = 1", (scope,))

    # -- applying ---------------------------------------------------------------------------

    def _perform(self, patches: Sequence[Patch], commit: int) -> list[_Step]:
        steps = (self._plan(patch) for patch in patches)
        done = []
        for step in steps:
            if step.before != step.after:
                self._apply(step.node, step.type_name, step.before, step.after, commit)
                done.append(step)
        return done

    def _plan(self, patch: Patch) -> _Step:
        """What a patch will do, given what stands there now."""
        if patch.type_name not in self._codecs:
            fault = f"works of the type {patch.type_name!r} are not known here"
            raise ProjectError(file=self._file, fault=fault)
        row = self._row(patch.id)
        if row is not None and row.type_name != patch.type_name:
            fault = f"{patch.id} is a {row.type_name}, not a {patch.type_name}"
            raise ProjectError(file=self._file, fault=fault)
        values = {name: self._codecs.encode_value(value) for name, value in patch.values.items()}
        before: Fields | None = None
        after: Fields | None = None
        if patch.action == "put":
            after = values
            before = row.fields if row is not None and not row.binned else None
        elif row is None:
            raise ProjectError(
                file=self._file, fault="what should be changed is not there any more"
            )
        elif patch.action == "change":
            before = {name: row.fields[name] for name in values if name in row.fields}
            after = values
        elif patch.action == "restore":
            before = None if row.binned else row.fields
            after = row.fields
        else:
            before = None if row.binned else row.fields
        return _Step(node=patch.id, type_name=patch.type_name, before=before, after=after)

    def _is_as_expected(self, patch: Patch) -> bool:
        if not patch.expected:
            return True
        row = self._row(patch.id)
        return row is not None and all(
            row.fields.get(name) == self._codecs.encode_value(value)
            for name, value in patch.expected.items()
        )

    def _row(self, node: str) -> _Row | None:
        found = self._connection.execute(
            "SELECT type, body, binned FROM nodes WHERE id = ?", (node,)
        ).fetchone()
        if found is None:
            return None
        type_name, body, binned = found
        return _Row(type_name=type_name, fields=_load(body, self._file), binned=binned is not None)

    def _apply(
        self,
        node: str,
        type_name: str,
        source: Fields | None,
        target: Fields | None,
        commit: int,
    ) -> None:
        """Take a node from one state to another; fields that neither names stay as they are."""
        row = self._row(node)
        versions.remember(self._connection, node, commit)
        if target is None:
            self._connection.execute(
                "UPDATE nodes SET binned = ?, changed = ? WHERE id = ? AND binned IS NULL",
                (commit, commit, node),
            )
            if row is not None and not row.binned:
                note_binned(self._connection, node, commit)
            return
        fields = dict(row.fields) if row is not None else {}
        for name in (source or {}).keys() - target.keys():
            fields.pop(name, None)
        fields.update(target)
        decoded, body, key, blobs = self._check(node, type_name, fields, row)
        if row is None:
            self._connection.execute(
                "INSERT INTO nodes (id, type, key, changed, body) VALUES (?, ?, ?, ?, ?)",
                (node, type_name, key, commit, body),
            )
        else:
            # A change of fields leaves a node where it is; only a return takes it from the bin.
            self._connection.execute(
                "UPDATE nodes SET key = ?, changed = ?, body = ?,"
                " binned = CASE WHEN ? THEN NULL ELSE binned END WHERE id = ?",
                (key, commit, body, source is None, node),
            )
        for sha in blobs:
            self._connection.execute("INSERT OR IGNORE INTO blobs VALUES (?, ?)", (sha, node))
            self._connection.execute("DELETE FROM loose WHERE sha256 = ?", (sha,))
        if isinstance(decoded, Work | Relative):
            enter(self._connection, decoded)

    def _check(
        self, node: str, type_name: str, fields: Fields, row: _Row | None
    ) -> tuple[Node, str, str | None, list[str]]:
        """A node, its JSON, its key and its new blobs, once it is certain that it can be read."""
        if type_name not in self._codecs:
            fault = f"works of the type {type_name!r} are not known here"
            raise ProjectError(file=self._file, fault=fault)
        kind = self._codecs.type(type_name)
        body = _dump_fields(fields)
        try:
            decoded = self._codecs.decode(type_name, body)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            fault = f"the {type_name} {node} cannot be written: {error}"
            raise ProjectError(file=self._file, fault=fault) from error
        if decoded.id != node:
            raise ProjectError(file=self._file, fault=f"{node} and {decoded.id} are not the same")
        blobs = [
            str(getattr(decoded, name))
            for name in kind.blobs
            if row is None or row.fields.get(name) != fields.get(name)
        ]
        for sha in blobs:
            if not self._blob_exists(sha):
                fault = f"the {type_name} {node} names the file {sha}, which is not there"
                raise ProjectError(file=self._file, fault=fault)
        key = kind.key(decoded) if kind.key is not None else None
        return decoded, body.decode(), key, blobs

    # -- steps ------------------------------------------------------------------------------

    def _turn(self, kind: ChangeKind, scope: str, step: int | None = None) -> Change | None:
        undoing = kind == "undo"
        found = self._connection.execute(
            "SELECT sequence, label, parameters FROM edits WHERE scope = ? AND undone = ?"
            f" ORDER BY sequence {'DESC' if undoing else 'ASC'} LIMIT 1",
            (scope, 0 if undoing else 1),
        ).fetchone()
        if found is None:
            return None
        sequence, label, parameters = found
        if step is not None and sequence != step:
            return None
        commit = self._count_commit()
        steps = [one for _, one in self._steps(sequence)]
        for one in reversed(steps) if undoing else steps:
            source, target = (one.after, one.before) if undoing else (one.before, one.after)
            if self._row(one.node) is None:
                _log.warning("a step of the history names a node that is gone: %s", one.node)
                continue
            self._apply(one.node, one.type_name, source, target, commit)
        self._connection.execute(
            "UPDATE edits SET undone = ? WHERE sequence = ?", (1 if undoing else 0, sequence)
        )
        return Change(
            kind=kind,
            scope=scope,
            nodes=tuple(dict.fromkeys(one.node for one in steps)),
            types=frozenset(one.type_name for one in steps),
            label=label,
            parameters=_parameters(parameters),
            step=sequence,
        )

    def _steps(self, sequence: int) -> Iterator[tuple[int, _Step]]:
        rows = self._connection.execute(
            "SELECT position, node, type, before, after FROM patches WHERE edit = ?"
            " ORDER BY position",
            (sequence,),
        ).fetchall()
        for position, node, type_name, before, after in rows:
            yield (
                position,
                _Step(
                    node=node,
                    type_name=type_name,
                    before=_unpack(before, self._file),
                    after=_unpack(after, self._file),
                ),
            )

    def _insert_patch(self, sequence: int, position: int, step: _Step) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO patches (edit, position, node, type, fields, before, after)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                sequence,
                position,
                step.node,
                step.type_name,
                _dump(sorted({*(step.before or ()), *(step.after or ())})),
                _pack(step.before),
                _pack(step.after),
            ),
        )

    def _join(self, sequence: int, steps: Sequence[_Step]) -> int | None:
        """Make ``steps``, all of them changes, part of a step; None: it came to nothing."""
        known = {step.node: (position, step) for position, step in self._steps(sequence)}
        following = max((position for position, _ in known.values()), default=-1) + 1
        for step in steps:
            position, old = known.get(step.node, (following, None))
            if old is None:
                following += 1
            joined = step if old is None else _composed(old, step)
            known[step.node] = (position, joined)
            self._insert_patch(sequence, position, joined)
        if any(step.before != step.after for _, step in known.values()):
            return sequence
        self._connection.execute("DELETE FROM patches WHERE edit = ?", (sequence,))
        self._connection.execute("DELETE FROM edits WHERE sequence = ?", (sequence,))
        return None

    def _complete_step(self, scope: str, node: str, values: Fields) -> None:
        """Write ``values`` into the newest steps in force that set those fields of ``node``."""
        rows = self._connection.execute(
            "SELECT edit, position, fields FROM patches JOIN edits ON sequence = edit"
            " WHERE node = ? AND scope = ? AND undone = 0 AND after IS NOT NULL"
            " ORDER BY edit DESC, position DESC",
            (node, scope),
        )
        remaining = set(values)
        found: list[tuple[int, int, set[str]]] = []
        for sequence, position, fields in rows:
            touched = remaining.intersection(msgspec.json.decode(fields, type=list[str]))
            if touched:
                found.append((sequence, position, touched))
                remaining -= touched
            if not remaining:
                break
        rows.close()
        for sequence, position, touched in found:
            step = dict(self._steps(sequence))[position]
            after = {**(step.after or {}), **{name: values[name] for name in touched}}
            completed = _Step(node=node, type_name=step.type_name, before=step.before, after=after)
            self._insert_patch(sequence, position, completed)


def history_state(connection: sqlite3.Connection, scope: str) -> HistoryState:
    """What undo and redo would do, through any connection."""

    def find(undone: int, order: str) -> tuple[bool, str, Mapping[str, str]]:
        found = connection.execute(
            "SELECT label, parameters FROM edits WHERE scope = ? AND undone = ?"
            f" ORDER BY sequence {order} LIMIT 1",
            (scope, undone),
        ).fetchone()
        return (False, "", {}) if found is None else (True, found[0], _parameters(found[1]))

    can_undo, undo_label, undo_parameters = find(0, "DESC")
    can_redo, redo_label, redo_parameters = find(1, "ASC")
    return HistoryState(
        can_undo=can_undo,
        can_redo=can_redo,
        undo_label=undo_label,
        undo_parameters=undo_parameters,
        redo_label=redo_label,
        redo_parameters=redo_parameters,
    )


def _change(kind: ChangeKind, edit: Edit, steps: Sequence[_Step]) -> Change:
    return Change(
        kind=kind,
        scope=edit.scope,
        nodes=tuple(dict.fromkeys(step.node for step in steps)),
        types=frozenset(step.type_name for step in steps),
        label=edit.label,
        parameters=dict(edit.parameters),
    )


def _composed(old: _Step, new: _Step) -> _Step:
    """One step for two changes of a node that follow each other."""
    assert old.after is not None
    assert new.before is not None
    assert new.after is not None
    before = None if old.before is None else {**new.before, **old.before}
    after = {**old.after, **new.after}
    return _Step(node=old.node, type_name=old.type_name, before=before, after=after)


def _dump(value: dict[str, str] | list[str]) -> str:
    return msgspec.json.encode(value).decode()


def _parameters(text: str) -> Mapping[str, str]:
    """What fills a label; where that is damaged the label does without."""
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.MsgspecError, UnicodeError, RecursionError, TypeError):
        return {}


def _dump_fields(fields: Fields) -> bytes:
    return msgspec.json.encode({name: msgspec.Raw(value) for name, value in fields.items()})


def _load(body: str | bytes, file: Path) -> Fields:
    try:
        raw = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeError, RecursionError, TypeError) as error:
        raise ProjectDamaged(file=file, fault=ROW_DAMAGED, detail=str(error)) from error
    return {name: bytes(value) for name, value in raw.items()}


def _pack(fields: Fields | None) -> bytes | None:
    if fields is None:
        return None
    data = _dump_fields(fields)
    return zlib.compress(data) if len(data) > DEFLATE_BYTES else data


def _unpack(data: object, file: Path) -> Fields | None:
    """Read what `_pack` wrote: JSON begins with a brace, deflated data does not."""
    if data is None:
        return None
    if not isinstance(data, bytes):
        raise ProjectDamaged(file=file, fault=ROW_DAMAGED, detail=f"a patch is {data!r}")
    if not data.startswith(b"{"):
        try:
            data = zlib.decompress(data)
        except zlib.error as error:
            raise ProjectDamaged(file=file, fault=ROW_DAMAGED, detail=str(error)) from error
    return _load(data, file)
