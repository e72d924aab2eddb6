"""The images room's edits: a wall that hangs again as it did, works that stay, undo of both."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.contract.errors import ProjectError
from studio.contract.manifest import Manifest, read_model
from studio.contract.recipe import (
    ControlValue,
    Crossed,
    FromSeed,
    Near,
    Recipe,
    decode_recipe,
    encode_recipe,
    identity,
)
from studio.images.document import (
    MAXIMUM_TILES,
    SCOPE,
    WALL,
    WALL_ID,
    Wall,
    change_wall,
    codecs,
    complete_wall,
    first_wall,
    keep,
    kind_at,
    rate,
    register,
    rename,
    unkeep,
    wish,
    wishes,
    with_control,
)
from studio.project.edits import Change, Edit
from studio.project.nodes import WORK, NodeCodecs
from studio.project.store import ProjectStore
from tests.models import write_tiny_generator
from tests.project.samples import png, recipe


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProjectStore]:
    with ProjectStore.open(tmp_path / "project", codecs()) as store:
        yield store


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    folder = write_tiny_generator(tmp_path_factory.mktemp("model") / "tiny", classes=3)
    return read_model(folder).manifest


COLUMNS = 6


def finished(wished: tuple[Recipe, ...]) -> tuple[Recipe, ...]:
    """The wishes as they come back from the host."""
    return tuple(
        msgspec.structs.replace(
            wish,
            graphs={"generator": "0a" * 32},
            latent=bytes([wish.seed % 256]) * 512,
            pixels_sha256="0b" * 32,
            width=64,
            height=64,
        )
        for wish in wished
    )


def do(store: ProjectStore, edit: Edit) -> Change:
    return store.submit(edit).result()


def hanging(store: ProjectStore) -> Wall:
    wall = store.node(WALL_ID, WALL)
    assert wall is not None
    return wall


def hang(store: ProjectStore, manifest: Manifest, first_seed: int = 1) -> Wall:
    """The first wall with its pictures there."""
    wall = Wall(model="tiny", first_seed=first_seed)
    wall = msgspec.structs.replace(wall, tiles=wishes(wall, manifest, columns=COLUMNS))
    do(store, first_wall(wall))
    do(store, complete_wall(wall, finished(wall.tiles)))
    return hanging(store)


def roll(store: ProjectStore, manifest: Manifest, first_seed: int) -> Wall:
    """Wish for other pictures; they are not there yet."""
    before = hanging(store)
    after = msgspec.structs.replace(before, first_seed=first_seed)
    tiles = wishes(after, manifest, columns=COLUMNS)
    do(store, change_wall(before, label="images.roll", first_seed=first_seed, tiles=tiles))
    return hanging(store)


# -- the wall ---------------------------------------------------------------------------------


def test_the_wall_hangs_the_same_after_reopening(tmp_path: Path, manifest: Manifest) -> None:
    with ProjectStore.open(tmp_path, codecs()) as store:
        before = hang(store, manifest)
    with ProjectStore.open(tmp_path, codecs()) as store:
        assert hanging(store) == before
        assert not store.history(SCOPE).can_undo


def test_a_roll_is_undone_and_redone_as_one_with_the_pictures_that_came_later(
    store: ProjectStore, manifest: Manifest
) -> None:
    first = hang(store, manifest)
    rolled = roll(store, manifest, 100)
    do(store, keep(png(1), recipe(1)))
    do(store, complete_wall(rolled, finished(rolled.tiles)))
    complete = hanging(store)
    assert complete.tiles == finished(rolled.tiles)
    assert store.history(SCOPE).undo_label == "images.keep"
    store.undo(SCOPE).result()
    assert store.history(SCOPE).undo_label == "images.roll"
    store.undo(SCOPE).result()
    assert hanging(store) == first
    store.redo(SCOPE).result()
    assert hanging(store) == complete


def test_pictures_that_come_after_undo_are_not_hung_in_the_place_of_others(
    store: ProjectStore, manifest: Manifest
) -> None:
    first = hang(store, manifest)
    rolled = roll(store, manifest, 100)
    store.undo(SCOPE).result()
    do(store, complete_wall(rolled, finished(rolled.tiles)))
    assert hanging(store) == first
    store.redo(SCOPE).result()
    assert hanging(store) == rolled


def truncated(wall: Wall, value: float) -> Edit:
    return change_wall(wall, label="images.truncation", truncation=value)


def strengthened(wall: Wall, value: float) -> Edit:
    return change_wall(wall, label="images.strength", strength=value)


def controlled(wall: Wall, value: float) -> Edit:
    controls: dict[str, ControlValue] = {"detail": value}
    return change_wall(wall, label="images.control", merge_key="detail", controls=controls)


@pytest.mark.parametrize("edit", [truncated, strengthened, controlled])
def test_a_drag_is_one_step(
    store: ProjectStore, manifest: Manifest, edit: Callable[[Wall, float], Edit]
) -> None:
    first = hang(store, manifest)
    futures = [store.submit(edit(first, value)) for value in (0.9, 0.8, 0.7)]
    assert futures[-1].result().nodes == (WALL_ID,)
    dragged = hanging(store)
    assert dragged != first
    store.undo(SCOPE).result()
    assert hanging(store) == first
    store.redo(SCOPE).result()
    assert hanging(store) == dragged


def test_choices_of_the_kind_are_a_step_each(store: ProjectStore, manifest: Manifest) -> None:
    first = hang(store, manifest)
    for choice in manifest.classes()[:2]:
        do(store, change_wall(hanging(store), label="images.kind", kind=choice.value))
    store.undo(SCOPE).result()
    assert hanging(store).kind == manifest.classes()[0].value
    store.undo(SCOPE).result()
    assert hanging(store) == first


def test_an_outdated_wall_changes_only_what_it_names(
    store: ProjectStore, manifest: Manifest
) -> None:
    outdated = hang(store, manifest)
    do(store, change_wall(outdated, label="images.lock", locked=(3,)))
    do(store, change_wall(outdated, label="images.truncation", truncation=0.5))
    wall = hanging(store)
    assert (wall.locked, wall.truncation) == ((3,), 0.5)


def test_a_finished_wall_is_small(manifest: Manifest) -> None:
    wall = Wall(model="tiny", first_seed=1)
    tiles = finished(wishes(wall, manifest, columns=COLUMNS))
    assert len(msgspec.json.encode(msgspec.structs.replace(wall, tiles=tiles))) < 40_000


# -- wishes -----------------------------------------------------------------------------------


def test_a_wall_wishes_for_consecutive_seeds_and_a_kind_a_column(manifest: Manifest) -> None:
    wished = wishes(Wall(model="tiny", first_seed=40, count=12), manifest, columns=COLUMNS)
    kinds = [choice.value for choice in manifest.classes()]
    assert [wish.seed for wish in wished] == list(range(40, 52))
    row = [kind for kind in kinds for _ in range(2)]
    assert [wish.controls["kind"] for wish in wished] == row * 2
    assert all(wish.origin == FromSeed() and wish.latent is None for wish in wished)
    assert "truncation" not in wished[0].controls


@given(columns=st.integers(1, 40), kinds=st.integers(1, 40))
def test_every_kind_hangs_where_there_is_room_for_all(columns: int, kinds: int) -> None:
    hung = {kind_at(place, columns, kinds) for place in range(columns * kinds)}
    assert hung == set(range(kinds))


@given(columns=st.integers(1, 40), kinds=st.integers(1, 40))
def test_columns_keep_their_kind_where_there_are_enough(columns: int, kinds: int) -> None:
    if columns >= kinds:
        rows = [
            [kind_at(row * columns + c, columns, kinds) for c in range(columns)] for row in (0, 1)
        ]
        assert rows[0] == rows[1] == sorted(rows[0])


def test_a_chosen_kind_and_truncation_are_wished_for_everywhere(manifest: Manifest) -> None:
    kind = manifest.classes()[2].value
    wall = Wall(model="tiny", first_seed=1, kind=kind, truncation=0.6)
    for wished in wishes(wall, manifest, columns=COLUMNS):
        assert (wished.controls["kind"], wished.controls["truncation"]) == (kind, 0.6)


def test_more_like_this_hangs_the_picture_and_wishes_for_neighbours_of_its_kind(
    manifest: Manifest,
) -> None:
    kind = manifest.classes()[1].value
    base = msgspec.structs.replace(recipe(5), controls={"kind": kind})
    wall = Wall(model="tiny", first_seed=1, base=base, strength=0.3)
    hung, *neighbours = wishes(wall, manifest, columns=COLUMNS)
    assert hung == base
    assert base.latent is not None
    for wished in neighbours:
        assert wished.origin == Near(base=base.latent, strength=0.3)
        assert wished.controls["kind"] == kind
        assert wished.parents == (identity(base),)


def test_what_is_locked_stays_when_the_others_are_rolled(manifest: Manifest) -> None:
    wall = Wall(model="tiny", first_seed=1, count=6)
    tiles = finished(wishes(wall, manifest, columns=COLUMNS))
    rolled = msgspec.structs.replace(wall, tiles=tiles, first_seed=100, locked=(2, 5, 99))
    wished = wishes(rolled, manifest, columns=COLUMNS)
    assert [place for place in range(6) if wished[place] == tiles[place]] == [2, 5]


def test_another_value_of_a_control_keeps_the_position() -> None:
    made = msgspec.structs.replace(
        recipe(5), controls={"kind": "boots"}, pixels_sha256="0b" * 32, graphs={"g": "0a" * 32}
    )
    wished = with_control(made, "truncation", 0.5)
    assert wished == msgspec.structs.replace(
        wish(made), controls={"kind": "boots", "truncation": 0.5}
    )
    assert wished.latent == made.latent
    assert not wished.is_made


def test_a_base_that_was_never_made_is_no_base(manifest: Manifest) -> None:
    base = Recipe(model="tiny", seed=1)
    wall = Wall(model="tiny", first_seed=1, base=base)
    for wished in wishes(wall, manifest, columns=COLUMNS):
        assert (wished.origin, wished.parents) == (FromSeed(), ())


@given(
    first_seed=st.integers(0, 2**63 - 1),
    count=st.integers(1, MAXIMUM_TILES),
    strength=st.floats(0, 1),
    truncation=st.none() | st.floats(0, 2),
)
@settings(max_examples=25, deadline=None)
def test_whatever_hangs_can_be_written_and_read(
    manifest: Manifest, first_seed: int, count: int, strength: float, truncation: float | None
) -> None:
    wall = Wall(
        model="tiny",
        first_seed=first_seed,
        count=count,
        strength=strength,
        truncation=truncation,
        base=recipe(5),
    )
    wall = msgspec.structs.replace(wall, tiles=wishes(wall, manifest, columns=COLUMNS))
    assert all(0 <= tile.seed < 2**63 for tile in wall.tiles)
    assert codecs().decode("wall", msgspec.json.encode(wall)) == wall


# -- works ------------------------------------------------------------------------------------


def test_a_kept_picture_is_there_with_its_file_and_its_recipe(tmp_path: Path) -> None:
    with ProjectStore.open(tmp_path, codecs()) as store:
        edit = keep(png(1), recipe(1), title="猫")
        do(store, edit)
    with ProjectStore.open(tmp_path, codecs()) as store:
        (work,) = store.nodes(WORK).items
        assert work.id == edit.patches[0].id
        assert (work.recipe, work.title, work.source) == (recipe(1), "猫", "made")
        assert store.read_blob(work.blob) == png(1)
        assert store.find(WORK, identity(recipe(1))) == (work,)


def test_the_strip_keeps_the_order_of_keeping_through_bin_and_undo(store: ProjectStore) -> None:
    for number in range(5):
        do(store, keep(png(number), recipe(number)))
    works = store.nodes(WORK).items
    assert [work.recipe.seed for work in works] == [0, 1, 2, 3, 4]
    do(store, unkeep(works[1], works[3]))
    assert [work.recipe.seed for work in store.nodes(WORK).items] == [0, 2, 4]
    store.undo(SCOPE).result()
    assert store.nodes(WORK).items == works


def test_the_same_picture_kept_twice_is_two_works_and_one_file(
    store: ProjectStore, tmp_path: Path
) -> None:
    for _ in range(2):
        do(store, keep(png(1), recipe(1), source="brought in"))
    first, second = store.nodes(WORK).items
    assert first.id != second.id
    assert first.blob == second.blob
    assert len(list(tmp_path.rglob("*.png"))) == 1


def test_rating_and_name_are_steps_of_their_own(store: ProjectStore) -> None:
    do(store, keep(png(1), recipe(1)))
    (work,) = store.nodes(WORK).items
    do(store, rate(work, 4))
    do(store, rename(work, "A hat"))
    (changed,) = store.nodes(WORK).items
    assert (changed.rating, changed.title) == (4, "A hat")
    store.undo(SCOPE).result()
    assert store.history(SCOPE).redo_label == "images.rename"
    store.undo(SCOPE).result()
    assert store.nodes(WORK).items == (work,)


@pytest.mark.parametrize("rating", [-1, 6])
def test_a_rating_that_does_not_exist_is_refused(store: ProjectStore, rating: int) -> None:
    do(store, keep(png(1), recipe(1)))
    (work,) = store.nodes(WORK).items
    with pytest.raises(ProjectError):
        do(store, rate(work, rating))
    assert store.nodes(WORK).items == (work,)


def test_the_room_adds_its_types_to_those_of_others() -> None:
    shared = NodeCodecs(WORK)
    register(shared)
    assert "wall" in shared
    with pytest.raises(ValueError, match="registered already"):
        register(shared)


# -- crossing ---------------------------------------------------------------------------------


def _parent(seed: int, **controls: ControlValue) -> Recipe:
    return Recipe(
        model="tiny", seed=seed, latent=bytes([seed]) * 16, controls=controls, pixels_sha256="0"
    )


def _crossing(**fields: object) -> Wall:
    base, partner = _parent(1, kind="a", truncation=0.4), _parent(2, kind="b", truncation=0.8)
    wall = Wall(model="tiny", first_seed=100, count=24, base=base, partner=partner)
    return msgspec.structs.replace(wall, **fields)


def test_parents_hang_at_the_ends_of_the_first_row_and_the_way_between_them(
    manifest: Manifest,
) -> None:
    wall = _crossing()
    tiles = wishes(wall, manifest, columns=6)
    assert (tiles[0], tiles[5]) == (wall.base, wall.partner)
    between = [tile.origin for tile in tiles[1:5]]
    assert [getattr(origin, "method", "") for origin in between] == ["between"] * 4
    shares = [origin.share for origin in between if isinstance(origin, Crossed)]
    assert shares == [0.2, 0.4, 0.6, 0.8]


def test_children_lean_to_the_parent_on_whose_side_they_hang(manifest: Manifest) -> None:
    tiles = wishes(_crossing(), manifest, columns=6)
    for row in range(1, 4):
        origins = [tile.origin for tile in tiles[row * 6 : row * 6 + 6]]
        shares = [origin.share for origin in origins if isinstance(origin, Crossed)]
        assert len(shares) == 6
        assert shares == sorted(shares)
        assert 0 < shares[0] < shares[-1] < 1
        assert all(getattr(origin, "method", "") == "mixed" for origin in origins)


def test_a_child_holds_both_parents_and_what_decides_it(manifest: Manifest) -> None:
    wall = _crossing()
    child = wishes(wall, manifest, columns=6)[9]
    assert wall.base is not None
    assert wall.partner is not None
    assert isinstance(child.origin, Crossed)
    assert (child.origin.first, child.origin.second) == (wall.base.latent, wall.partner.latent)
    assert child.parents == (identity(wall.base), identity(wall.partner))
    assert child.seed == 109
    assert decode_recipe(encode_recipe(child)) == child


def test_a_child_takes_one_parents_kind_and_the_same_one_every_time(manifest: Manifest) -> None:
    control = manifest.control("class")
    assert control is not None
    kinds = control.choices[0].value, control.choices[1].value
    parents = {
        "base": _parent(1, **{control.name: kinds[0]}),
        "partner": _parent(2, **{control.name: kinds[1]}),
    }
    tiles = wishes(_crossing(count=200, **parents), manifest, columns=10)
    children = [tile for tile in tiles if isinstance(tile.origin, Crossed)]
    taken = [child.controls[control.name] for child in children]
    assert set(taken) == set(kinds)
    left = [t.controls[control.name] for i, t in enumerate(tiles) if i % 10 < 3 and i > 9]
    right = [t.controls[control.name] for i, t in enumerate(tiles) if i % 10 > 6 and i > 9]
    assert left.count(kinds[0]) > len(left) * 0.6
    assert right.count(kinds[1]) > len(right) * 0.6
    assert wishes(_crossing(count=200, **parents), manifest, columns=10) == tiles
    one = wishes(_crossing(count=200, kind=kinds[0], **parents), manifest, columns=10)
    assert {t.controls[control.name] for t in one if isinstance(t.origin, Crossed)} == {kinds[0]}


def test_numbers_that_differ_are_met_between_and_one_that_is_set_holds_for_all(
    manifest: Manifest,
) -> None:
    control = manifest.control("truncation")
    assert control is not None
    tiles = wishes(_crossing(), manifest, columns=6)
    values = [t.controls[control.name] for t in tiles if isinstance(t.origin, Crossed)]
    assert all(isinstance(value, float) and 0.4 < value < 0.8 for value in values)
    tiles = wishes(_crossing(truncation=0.5), manifest, columns=6)
    assert {t.controls[control.name] for t in tiles if isinstance(t.origin, Crossed)} == {0.5}


def test_a_wall_with_one_column_hangs_both_parents_first(manifest: Manifest) -> None:
    wall = _crossing(count=5)
    tiles = wishes(wall, manifest, columns=1)
    assert tiles[:2] == (wall.base, wall.partner)
    assert all(isinstance(tile.origin, Crossed) for tile in tiles[2:])


def test_an_unfinished_partner_counts_as_none(manifest: Manifest) -> None:
    wall = _crossing(partner=Recipe(model="tiny", seed=2))
    tiles = wishes(wall, manifest, columns=6)
    assert all(isinstance(tile.origin, Near) for tile in tiles[1:])


def test_a_wall_of_an_older_studio_has_no_partner() -> None:
    old = msgspec.json.encode({"id": "wall", "model": "tiny", "first_seed": 3, "count": 24})
    assert msgspec.json.decode(old, type=Wall).partner is None
