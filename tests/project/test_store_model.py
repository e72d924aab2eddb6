"""Whatever is done in whatever order, the store and a model in memory agree, killed or reopened."""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from studio.contract.overriding import override
from studio.project import writer
from studio.project.edits import Patch, change, remove, restore
from studio.project.store import ProjectStore
from tests.project.model import Model
from tests.project.samples import NOTE, Note, known, new_note, step

IDS = st.sampled_from(["n0", "n1", "n2", "n3"])
SCOPES = st.sampled_from(["a", "b"])
TEXTS = st.sampled_from(["", "x", "long " * 200, "诗\u2028\x00"])
NUMBERS = st.integers(0, 2)


class StoreAgainstModel(RuleBasedStateMachine):
    """Edits, undo, redo, bin, reopening and copies taken while the store is open."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="store-model-"))
        self.model = Model()
        self.merge_seconds = writer.MERGE_SECONDS
        writer.MERGE_SECONDS = 0.01
        self.store = ProjectStore.open(self.folder / "p", known())
        self.copies = 0
        self.taken = 0

    @override
    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)
        writer.MERGE_SECONDS = self.merge_seconds

    @rule(node=IDS, text=TEXTS, number=NUMBERS, scope=SCOPES)
    def put(self, node: str, text: str, number: int, scope: str) -> None:
        self.submit(scope, [new_note(node, text, number)])

    @rule(node=IDS, text=TEXTS, scope=SCOPES, merge_key=st.sampled_from([None, "k", "l"]))
    def change_text(self, node: str, text: str, scope: str, merge_key: str | None) -> None:
        if node in self.model.nodes:
            self.submit(scope, [change(NOTE, node, text=text)], merge_key)

    @rule(node=IDS, texts=st.lists(TEXTS, min_size=1, unique=True), scope=SCOPES)
    def drag(self, node: str, texts: list[str], scope: str) -> None:
        """Never back to where it began: whether that counts as a step is a matter of timing."""
        if node in self.model.nodes and self.model.nodes[node]["text"] not in texts:
            edits = [step(change(NOTE, node, text=t), scope=scope, merge_key="k") for t in texts]
            for future in [self.store.submit(edit) for edit in edits]:
                future.result()
            for edit in edits:
                self.model.edit(scope, list(edit.patches), "k")

    @rule(nodes=st.lists(IDS, min_size=1, unique=True), number=NUMBERS, scope=SCOPES)
    def change_several(self, nodes: list[str], number: int, scope: str) -> None:
        patches = [change(NOTE, n, number=number) for n in nodes if n in self.model.nodes]
        if patches:
            self.submit(scope, patches, "k")

    @rule(node=IDS, scope=SCOPES, back=st.booleans())
    def bin_or_restore(self, node: str, scope: str, back: bool) -> None:
        if node in self.model.nodes:
            self.submit(scope, [restore(NOTE, node) if back else remove(NOTE, node)])

    @rule(first=IDS, second=IDS, scope=SCOPES)
    def one_step_of_many(self, first: str, second: str, scope: str) -> None:
        patches = [new_note(first, "x"), remove(NOTE, first), new_note(second, "y", 1)]
        self.submit(scope, [*patches, change(NOTE, first, number=2)])

    @rule(node=IDS, text=TEXTS, number=NUMBERS, scope=SCOPES)
    def complete(self, node: str, text: str, number: int, scope: str) -> None:
        if node in self.model.nodes:
            patches = [change(NOTE, node, text=text, number=number)]
            self.store.submit(step(*patches, scope=scope, is_step=False)).result()
            self.model.complete(scope, patches)

    @rule(scope=SCOPES)
    def undo(self, scope: str) -> None:
        self.store.undo(scope).result()
        self.model.turn(scope, undo=True)

    @rule(scope=SCOPES)
    def redo(self, scope: str) -> None:
        self.store.redo(scope).result()
        self.model.turn(scope, undo=False)

    @rule()
    def take_version(self) -> None:
        self.taken += 1
        self.store.take_version("named", f"v{self.taken}").result()
        self.model.take_version(f"v{self.taken}")

    @precondition(lambda self: self.model.versions)
    @rule(data=st.data(), scope=SCOPES)
    def go_back(self, data: st.DataObject, scope: str) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.versions)))
        self.store.go_back(self.number(name), scope=scope).result()
        self.model.go_back(name, scope)

    @precondition(lambda self: self.model.versions)
    @rule(data=st.data())
    def drop_version(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.versions)))
        self.store.drop_version(self.number(name)).result()
        self.model.drop_version(name)

    @precondition(lambda self: self.model.binned)
    @rule()
    def empty_bin(self) -> None:
        self.store.empty_bin(NOTE).result()
        self.model.purge()

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = ProjectStore.open(self.folder / "p", known())
        assert not self.store.recovered.unclean
        self.model.drag = self.model.drag_step = None

    @rule()
    def be_killed(self) -> None:
        """What is on the disk now is what a killed process would leave."""
        self.copies += 1
        copy = self.folder / f"copy{self.copies}"
        shutil.copytree(self.folder / "p", copy)
        with ProjectStore.open(copy, known()) as store:
            assert store.recovered.unclean
            assert not store.recovered.is_rebuilt
            self.agree(store)
        shutil.rmtree(copy)

    @invariant()
    def agrees(self) -> None:
        self.agree(self.store)

    def number(self, name: str) -> int:
        return next(v.number for v in self.store.versions() if v.name == name)

    def submit(self, scope: str, patches: list[Patch], merge_key: str | None = None) -> None:
        self.store.submit(step(*patches, scope=scope, merge_key=merge_key)).result()
        self.model.edit(scope, patches, merge_key)

    def agree(self, store: ProjectStore) -> None:
        def notes(ids: Iterable[str]) -> dict[str, Note]:
            return {
                node: Note(
                    id=node,
                    text=str(self.model.nodes[node]["text"]),
                    number=int(str(self.model.nodes[node]["number"])),
                )
                for node in ids
            }

        there = [node for node in self.model.nodes if node not in self.model.binned]
        page = store.nodes(NOTE)
        assert {note.id: note for note in page.items} == notes(there)
        assert [note.id for note in page.items] == there
        assert {note.id: note for note in store.bin(NOTE).items} == notes(self.model.binned)
        self.agree_on_versions(store, set(there))
        for scope in ("a", "b"):
            state = store.history(scope)
            assert state.can_undo == bool(self.model.done[scope])
            assert state.can_redo == bool(self.model.undone[scope])

    def agree_on_versions(self, store: ProjectStore, there: set[str]) -> None:
        named = [version for version in store.versions() if version.is_named]
        assert {version.name for version in named} == set(self.model.versions)
        for version in named:
            found = {other.id: other.then for other in store.differences(version).others}
            then = self.model.versions[version.name]
            for node in there | set(then):
                differs = node not in there or then.get(node) != self.model.nodes[node]
                assert differs == (node in found)
                if differs:
                    assert (found[node] is not None) == (node in then)


TestStoreAgainstModel = StoreAgainstModel.TestCase
TestStoreAgainstModel.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, derandomize=True
)


@pytest.mark.slow
def test_the_store_agrees_with_the_model_for_long() -> None:
    run_state_machine_as_test(
        StoreAgainstModel,
        settings=settings(max_examples=400, stateful_step_count=60, deadline=None),
    )
