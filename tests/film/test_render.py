"""Films are rendered to the end, go on after an end, and are what their recipes say."""

import os
import threading
from pathlib import Path

import msgspec
import numpy as np
import pytest

from studio.contract.errors import Cancelled, PictureError, RequestInvalid
from studio.contract.manifest import Model, read_model
from studio.contract.recipe import Fingerprint
from studio.film import estimate as estimating
from studio.film.estimate import distinct_frames, estimate
from studio.film.order import FilmOrder, Rendered, Stage, Steering
from studio.film.render import film_store_folder, render_film
from studio.film.store import FilmFrames, FrameStore, store_name, sweep_stores
from studio.film.tags import read_film
from studio.film.videos import decoded
from studio.host.client import GenerateImages, HostSettings
from studio.images.timeline import Film, changed, decode_film, frame_count, with_key
from studio.project.paths import places
from tests.film.films import film_of
from tests.film.pictures import moving
from tests.models import write_tiny_generator
from tests.styled import write_styled_model
from tests.sync_host import SyncHost

CPU = HostSettings(provider="cpu", threads=1)
MAKING = Fingerprint(onnxruntime="1", provider="CPU", device="x")


@pytest.fixture(scope="module")
def styled(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return write_styled_model(tmp_path_factory.mktemp("styled"))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return read_model(write_tiny_generator(tmp_path_factory.mktemp("plain") / "tiny", size=16))


def _render(
    film: Film,
    model: Model,
    tmp_path: Path,
    *,
    kind: str = "apng",
    steering: Steering | None = None,
    told: object = None,
    **fields: object,
) -> Rendered:
    order = FilmOrder(film=film, path=tmp_path / f"film.{kind}", format=kind, **fields)  # type: ignore[arg-type]  # by name
    return render_film(
        order, model, places(tmp_path / "base"), CPU, steering=steering, told=told  # type: ignore[arg-type]  # or None
    )  # fmt: skip


def test_a_film_shows_the_pictures_that_its_recipes_name(styled: Model, tmp_path: Path) -> None:
    from studio.film.plan import FilmPlan

    film = film_of(styled, course="curve")
    rendered = _render(film, styled, tmp_path)
    assert (rendered.frames, rendered.made, rendered.found) == (30, 30, 0)
    shown = list(decoded(rendered.path, "apng", 3))
    plan = FilmPlan(film, styled.manifest)
    with SyncHost(CPU) as host:
        recipes = tuple(plan.recipe(frame) for frame in (0, 7, 10, 29))
        made = host.generate(GenerateImages(folder=str(styled.folder), recipes=recipes))
    for frame, picture in zip((0, 7, 10, 29), made, strict=True):
        given = np.frombuffer(picture.pixels, np.uint8).reshape(shown[0].shape)
        np.testing.assert_array_equal(shown[frame], given)
    assert decode_film(read_film(rendered.path)) == film
    stores = film_store_folder(places(tmp_path / "base"))
    assert [file.suffix for file in stores.iterdir()] == [".lock"]


@pytest.mark.parametrize("way", ["style", "zones"])
def test_styles_are_asked_of_the_host(styled: Model, tmp_path: Path, way: str) -> None:
    rendered = _render(film_of(styled, way=way), styled, tmp_path, kind="mp4", enlargement=4)
    shown = list(decoded(rendered.path, "mp4", 3))
    assert len(shown) == 30
    keys = [shown[frame].astype(int) for frame in (0, 10, 20)]
    assert min(np.abs(a - b).mean() for a in keys for b in keys if a is not b) > 4


def test_a_hold_is_made_once(plain: Model, tmp_path: Path) -> None:
    film = with_key(film_of(plain), "k1", hold=0.5)
    rendered = _render(film, plain, tmp_path)
    assert rendered.frames == 30
    assert rendered.made < 30
    shown = list(decoded(rendered.path, "apng", 3))
    assert all((shown[frame] == shown[10]).all() for frame in range(10, 15))


def test_a_film_that_was_ended_goes_on_where_it_was(styled: Model, tmp_path: Path) -> None:
    film = film_of(styled, seconds=20.0, fps=10)
    steering = Steering()

    def told(done: int, total: int, stage: Stage) -> None:
        if done >= 100:
            steering.end()

    with pytest.raises(Cancelled):
        _render(film, styled, tmp_path, steering=steering, told=told)
    assert not (tmp_path / "film.apng").exists()
    again = _render(film, styled, tmp_path)
    assert again.found >= 64
    assert again.made == 200 - again.found
    whole = _render(changed(film, title="anew"), styled, tmp_path)
    assert whole.found == 0
    for one, other in zip(
        decoded(again.path, "apng", 3), decoded(whole.path, "apng", 3), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_writing_that_was_ended_makes_no_picture_again(styled: Model, tmp_path: Path) -> None:
    steering = Steering()

    def told(done: int, total: int, stage: Stage) -> None:
        if stage == "writing" and done == 5:
            steering.end()

    with pytest.raises(Cancelled):
        _render(film_of(styled), styled, tmp_path, steering=steering, told=told)
    again = _render(film_of(styled), styled, tmp_path, kind="gif")
    assert (again.made, again.found) == (0, 30)


def test_a_film_can_be_held_and_goes_on(styled: Model, tmp_path: Path) -> None:
    steering = Steering()
    held = threading.Event()

    def told(done: int, total: int, stage: Stage) -> None:
        if stage == "writing" and done == 3 and not held.is_set():
            held.set()
            steering.pause()

    def let_go() -> None:
        held.wait(60)
        assert steering.is_paused
        steering.go_on()

    other = threading.Thread(target=let_go)
    other.start()
    rendered = _render(film_of(styled), styled, tmp_path, steering=steering, told=told)
    other.join()
    assert held.is_set()
    assert rendered.frames == 30


def test_pictures_of_another_making_are_not_mixed_in(styled: Model, tmp_path: Path) -> None:
    film = film_of(styled, seconds=20.0)
    folder = film_store_folder(places(tmp_path / "base")) / store_name(film, styled)
    store = FrameStore(folder, 32, 32, 3, 200)
    assert store.begin(MAKING)
    store.put_pack([np.zeros((32, 32, 3), np.uint8)] * store.per_pack)
    notes: list[str] = []
    order = FilmOrder(film=film, path=tmp_path / "film.apng", format="apng")
    rendered = render_film(order, styled, places(tmp_path / "base"), CPU, on_note=notes.append)
    assert (rendered.made, rendered.found) == (200, 0)
    assert "made otherwise" in notes[0]
    assert next(iter(decoded(rendered.path, "apng", 3))).any()


def test_what_cannot_be_made_is_refused_before_the_work(
    styled: Model, plain: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stages: list[Stage] = []

    def told(done: int, total: int, stage: Stage) -> None:
        stages.append(stage)

    for film, model, fault in (
        (film_of(styled, seconds=0.0), styled, "no length"),
        (film_of(styled, seconds=1e12), styled, "3,600 seconds are possible"),
        (film_of(plain, way="zones"), plain, "travel by position"),
        (film_of(plain), styled, "the film is by"),
    ):
        with pytest.raises(RequestInvalid, match=fault):
            _render(film, model, tmp_path, told=told)
    keys = film_of(styled).keys
    for change, fault in (
        ({"controls": {"kind": "no such"}}, "key 3 cannot be made: .*'no such'"),
        ({"latent": bytes(8)}, "key 3 cannot be made: a latent of 2 numbers"),
        ({"latent": b"\xff" * len(keys[2].recipe.latent or b"")}, "key 3 .* not numbers"),
    ):
        recipe = msgspec.structs.replace(keys[2].recipe, **change)
        for way in ("position", "style"):
            film = film_of(styled, way=way)
            film = changed(film, keys=(*keys[:2], msgspec.structs.replace(keys[2], recipe=recipe)))
            with pytest.raises(RequestInvalid, match=fault):
                _render(film, styled, tmp_path, told=told)
    with pytest.raises(PictureError, match="its folder is not there"):
        _render(film_of(styled), styled, tmp_path / "nowhere", told=told)
    (tmp_path / "film.apng").write_bytes(b"mine")
    with pytest.raises(PictureError, match="choose another name"):
        _render(film_of(styled), styled, tmp_path, if_taken="refuse", told=told)
    with pytest.raises(RequestInvalid, match="at most 128 times"):
        _render(film_of(styled), styled, tmp_path, kind="mp4", enlargement=1000, told=told)
    monkeypatch.setattr("studio.film.store.bytes_free", lambda folder: 20_050_000)
    with pytest.raises(RequestInvalid, match=r"about \d+\.\d seconds of it would fit"):
        _render(film_of(styled, seconds=300.0), styled, tmp_path, told=told)
    assert not stages


def test_estimates_are_of_the_right_size(styled: Model, tmp_path: Path) -> None:
    film = film_of(styled, fps=30)
    for kind in ("mp4", "webm", "gif", "apng"):
        wanted = estimate(film, styled.manifest, film_format=kind, enlargement=4)
        rendered = _render(film, styled, tmp_path, kind=kind, enlargement=4)
        assert wanted.frames == rendered.frames
        assert rendered.bytes < 1.5 * wanted.file_bytes
        assert wanted.file_bytes < 30 * rendered.bytes


def test_an_estimate_of_what_is_made_is_near_and_quick(plain: Model) -> None:
    film = with_key(with_key(film_of(plain, fps=60), "k1", hold=0.5), "k2", easing="cut")
    made = distinct_frames(film)[-1] + 1
    assert estimate(film, plain.manifest, film_format="mp4").made == pytest.approx(made, abs=4)
    living = changed(film, noise="living")
    assert distinct_frames(living) == list(range(frame_count(film)))
    assert estimating.estimate(living, plain.manifest, film_format="mp4").made == 180


# The store


def _store(folder: Path, count: int = 200) -> FrameStore:
    return FrameStore(folder, 12, 16, 3, count)


def _fill(store: FrameStore, packs: int) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    frames = moving(store.count)
    store.begin(MAKING)
    for _ in range(packs):
        store.put_pack(frames[store.done : store.done + store.per_pack])
    return frames


def test_a_store_that_is_opened_again_has_what_it_had(tmp_path: Path) -> None:
    frames = _fill(_store(tmp_path / "s"), 2)
    again = _store(tmp_path / "s")
    assert again.done == 2 * again.per_pack == 128
    assert again.making == MAKING
    for index in (127, 0, 64):
        np.testing.assert_array_equal(again.frame(index), frames[index])
    with pytest.raises(IndexError):
        again.frame(128)


def test_pictures_of_a_large_film_are_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = _store(tmp_path / "plain")
    frames = _fill(plain, 2)
    monkeypatch.setattr("studio.film.store.RAW_BYTES", 1000)
    packed = _store(tmp_path / "packed")
    _fill(packed, 2)
    sizes = [sum(f.stat().st_size for f in s.folder.iterdir()) for s in (plain, packed)]
    assert sizes[1] < sizes[0] / 3
    for store in (plain, packed, _store(tmp_path / "packed")):
        np.testing.assert_array_equal(store.frame(100), frames[100])


def test_a_damaged_file_of_a_store_is_made_again_with_all_behind_it(tmp_path: Path) -> None:
    _fill(_store(tmp_path / "s"), 4)
    packs = sorted((tmp_path / "s").glob("*.frames"))
    assert len(packs) == 4
    data = bytearray(packs[1].read_bytes())
    for position in range(0, len(data), 7):
        damaged = bytearray(data)
        damaged[position] ^= 0x40
        packs[1].write_bytes(damaged[: len(data) - position % 3])
        assert FrameStore(tmp_path / "s", 12, 16, 3, 200).done in (64, 128)
        if position > 70:
            break
    assert _store(tmp_path / "s").done == 64
    assert len(list((tmp_path / "s").glob("*.frames"))) == 1


def test_a_file_that_is_damaged_while_it_is_used_is_said(tmp_path: Path) -> None:
    store = _store(tmp_path / "s")
    _fill(store, 1)
    next((tmp_path / "s").glob("*.frames")).write_bytes(b"x" * 100)
    with pytest.raises(PictureError, match="other bytes"):
        store.frame(0)


def test_a_store_of_other_pictures_begins_anew(tmp_path: Path) -> None:
    _fill(_store(tmp_path / "s"), 2)
    assert _store(tmp_path / "s", 201).done == 0
    (tmp_path / "s" / "film.json").write_text("[")
    assert _store(tmp_path / "s").done == 0


def test_equal_neighbours_are_one_in_the_store(tmp_path: Path) -> None:
    store = _store(tmp_path / "s", 3)
    frames = _fill(store, 1)
    film = FilmFrames(store, [0, 0, 1, 1, 2])
    assert len(film) == 5
    np.testing.assert_array_equal(film[3], frames[1])
    assert len(film[1:3]) == 2
    store.remove()
    assert not (tmp_path / "s").exists()


def test_what_nobody_went_on_with_is_swept(tmp_path: Path) -> None:
    import os
    import time

    _fill(_store(tmp_path / "films" / "old"), 1)
    _fill(_store(tmp_path / "films" / "new"), 1)
    past = time.time() - 15 * 86_400
    for file in ((tmp_path / "films" / "old"), *(tmp_path / "films" / "old").iterdir()):
        os.utime(file, (past, past))
    assert sweep_stores(tmp_path / "films") == 1
    assert [folder.name for folder in (tmp_path / "films").iterdir()] == ["new"]


def test_the_lock_of_a_store_is_swept_when_nobody_has_held_it_for_long(tmp_path: Path) -> None:
    old, new = tmp_path / "old.lock", tmp_path / "new.lock"
    for lock in (old, new):
        lock.touch()
    os.utime(old, (1, 1))
    sweep_stores(tmp_path)
    assert list(tmp_path.iterdir()) == [new]


def test_the_name_of_a_store_is_that_of_all_that_decides_its_pictures(styled: Model) -> None:
    film = film_of(styled)
    name = store_name(film, styled)
    assert store_name(msgspec.structs.replace(film, title="x", id="y", bpm=99.0), styled) == name
    assert store_name(changed(film, fps=24), styled) != name
    assert store_name(with_key(film, "k1", easing="linear"), styled) != name
