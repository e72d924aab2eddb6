"""Slots never overlap, never outlive their lease, and never take more than the budget."""

import errno
import itertools
import os
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from studio.contract.errors import HostProtocol, MemoryExhausted, StorageDenied, StorageFull
from studio.contract.overriding import override
from studio.contract.recipe import Recipe
from studio.host import pixels
from studio.host.events import Picture, SlotShare
from studio.host.pixels import SLOT_ALIGNMENT, PixelFile, PixelWriter, Slot
from studio.host.settings import PIXEL_BUDGET

BUDGET = 3 * 2**20


class PixelFileMachine(RuleBasedStateMachine):
    """Grants, fills, shows and releases in any order."""

    slots = Bundle("slots")
    shown = Bundle("shown")

    def __init__(self) -> None:
        super().__init__()
        self.file = PixelFile(budget=BUDGET)
        shared = self.file.share()
        self.writer = PixelWriter(os.dup(shared) if isinstance(shared, int) else shared)
        self.live: dict[int, Slot] = {}
        self.content: dict[int, tuple[memoryview, int]] = {}

    @rule(target=slots, request=st.integers(1, 3), length=st.integers(1, BUDGET // 2))
    def grant(self, request: int, length: int) -> Slot | None:
        slot = self.file.grant(request, length)
        if slot is not None:
            assert slot.lease not in self.live
            self.live[slot.lease] = slot
        return slot

    @rule(target=shown, slot=consumes(slots), value=st.integers(1, 255))
    def fill(self, slot: Slot | None, value: int) -> int | None:
        if slot is None or slot.lease not in self.live:
            return None
        part = self.writer.part(slot.offset, slot.length, self.file.size)
        part[0] = part[-1] = value
        view = self.file.accept(slot.lease, slot.request, slot.length)
        assert len(view) == slot.length
        self.content[slot.lease] = (view, value)
        with pytest.raises(HostProtocol):
            self.file.accept(slot.lease, slot.request, slot.length)
        return slot.lease

    @rule(lease=consumes(shown))
    def release(self, lease: int | None) -> None:
        if lease is not None:
            self.file.release(lease)
            self.file.release(lease)
            del self.live[lease], self.content[lease]

    @rule(request=st.none() | st.integers(1, 3))
    def reclaim(self, request: int | None) -> None:
        self.file.reclaim(request)
        for lease, slot in list(self.live.items()):
            if lease not in self.content and request in (None, slot.request):
                del self.live[lease]

    @invariant()
    def nothing_overlaps(self) -> None:
        ranges = sorted((slot.offset, slot.offset + slot.length) for slot in self.live.values())
        assert all(offset % SLOT_ALIGNMENT == 0 for offset, _ in ranges)
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(ranges))
        assert not ranges or ranges[-1][1] <= self.file.size <= BUDGET

    @invariant()
    def what_is_shown_stays(self) -> None:
        for view, value in self.content.values():
            assert view[0] == view[-1] == value

    @invariant()
    def the_counts_agree(self) -> None:
        assert self.file.shown == len(self.content)
        assert self.file.granted == len(self.live) - len(self.content)

    @override
    def teardown(self) -> None:
        self.file.close()
        self.writer.close()


TestPixelFile = PixelFileMachine.TestCase
TestPixelFile.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_a_freed_slot_is_used_again_and_the_file_does_not_grow() -> None:
    file = PixelFile()
    first = file.grant(1, 100_000)
    assert first is not None
    size = file.size
    file.release(first.lease)
    second = file.grant(1, 90_000)
    assert second is not None
    assert (second.offset, file.size) == (first.offset, size)
    assert second.lease != first.lease
    file.close()


def test_a_full_budget_waits_and_a_request_beyond_it_fails() -> None:
    file = PixelFile(budget=2**20)
    slot = file.grant(1, 2**20)
    assert slot is not None
    assert file.grant(1, 1) is None
    with pytest.raises(MemoryExhausted, match=str(2**20 + 1)):
        file.grant(1, 2**20 + 1)
    file.release(slot.lease)
    assert file.grant(1, 2**20) is not None
    file.close()


def test_old_and_foreign_leases_are_refused() -> None:
    file = PixelFile()
    slot = file.grant(1, 50)
    assert slot is not None
    for lease, request, length in ((slot.lease + 1, 1, 50), (slot.lease, 2, 50)):
        with pytest.raises(HostProtocol, match="not granted"):
            file.accept(lease, request, length)
    with pytest.raises(HostProtocol, match="51 bytes in a slot of 50"):
        file.accept(slot.lease, 1, 51)
    with pytest.raises(HostProtocol, match="not granted"):
        file.take_back(slot.lease, 2)
    file.take_back(slot.lease, 1)
    for use in (lambda: file.take_back(slot.lease, 1), lambda: file.accept(slot.lease, 1, 50)):
        with pytest.raises(HostProtocol, match="not granted"):
            use()
    with pytest.raises(HostProtocol):
        file.grant(1, 0)
    file.close()


def test_the_host_cannot_be_led_out_of_the_file() -> None:
    file = PixelFile()
    file.grant(1, 50)
    shared = file.share()
    assert isinstance(shared, int)
    writer = PixelWriter(os.dup(shared))
    for offset, length, size in ((0, 10, 2**40), (2**21, 10, 2**20), (-5, 10, 2**20)):
        with pytest.raises(HostProtocol, match="beyond the end"):
            writer.part(offset, length, size)
    writer.close()
    file.close()


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.EACCES, StorageDenied),
        (errno.ENOMEM, MemoryExhausted),
    ],
)
def test_space_is_reserved_before_it_is_mapped(
    monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception]
) -> None:
    def refuse(file: int, offset: int, length: int) -> None:
        raise OSError(number, os.strerror(number))

    file = PixelFile()
    with monkeypatch.context() as patched:
        patched.setattr(pixels, "_reserve", refuse)
        with pytest.raises(kind):
            file.grant(1, 100)
    assert file.size == 0
    assert file.grant(1, 100) is not None
    file.close()


def test_without_memfd_the_file_has_no_name_and_its_space_is_real(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    monkeypatch.delattr(os, "posix_fallocate", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    file = PixelFile()
    slot = file.grant(1, 3 * 2**20 + 5)
    shared = file.share()
    assert isinstance(shared, int)
    assert list(tmp_path.iterdir()) == []
    assert os.fstat(shared).st_size == file.size
    assert os.fstat(shared).st_blocks * 512 >= file.size
    assert slot is not None
    writer = PixelWriter(os.dup(shared))
    writer.part(slot.offset, slot.length, file.size)[:3] = b"abc"
    assert bytes(file.accept(slot.lease, 1, 3)) == b"abc"
    writer.close()
    file.close()


def test_where_nothing_is_inherited_the_file_is_found_by_path_and_removed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "win32")
    file = PixelFile()
    shared = file.share()
    assert isinstance(shared, str)
    assert Path(shared).parent == tmp_path
    slot = file.grant(1, 10)
    assert slot is not None
    writer = PixelWriter(shared)
    writer.part(slot.offset, slot.length, file.size)[:] = b"0123456789"
    assert bytes(file.accept(slot.lease, 1, 10)) == b"0123456789"
    writer.close()
    file.close()
    assert list(tmp_path.iterdir()) == []


def _picture(file: PixelFile, share: SlotShare, view: memoryview) -> Picture:
    recipe = Recipe(model="m", seed=0)
    return Picture(recipe=recipe, width=2, height=1, channels=1, pixels=view, share=share)


def test_a_slot_is_free_when_its_last_picture_is_released() -> None:
    released: list[str] = []
    file = PixelFile(on_release=lambda: released.append("one"))
    slot = file.grant(1, 4)
    assert slot is not None
    view = file.accept(slot.lease, 1, 4)
    share = SlotShare(file.release, slot.lease, 2)
    first, second = _picture(file, share, view[:2]), _picture(file, share, view[2:])
    with first:
        assert first.copy() == b"\0\0"
    first.release()
    assert (file.shown, released) == (1, [])
    del second
    assert (file.shown, released) == (0, ["one"])
    file.close()


def test_pictures_outlive_the_closing_of_the_file() -> None:
    file = PixelFile()
    slot = file.grant(1, 2)
    assert slot is not None
    picture = _picture(file, SlotShare(file.release, slot.lease, 1), file.accept(slot.lease, 1, 2))
    file.close()
    assert picture.copy() == b"\0\0"
    with pytest.raises(TypeError):
        picture.pixels[0] = 1
    picture.release()
    assert len(picture.pixels) == 0


def test_the_budget_allows_several_large_pictures_at_once() -> None:
    assert PIXEL_BUDGET >= 4 * 4096 * 4096 * 3
