"""A recipe comes back as it was, and whatever is not one is refused in one sentence."""

import struct
from typing import Any, Final

import hypothesis.strategies as st
import msgspec
import numpy as np
import pytest
from hypothesis import given

from studio.contract.arrays import (
    draw_latent,
    latent_from_bytes,
    latent_of,
    latent_to_bytes,
    pixels_sha256,
    vary_latent,
)
from studio.contract.errors import RecipeInvalid, RequestInvalid
from studio.contract.recipe import (
    CROSSED_SCHEMA,
    MAXIMUM_RECIPE_BYTES,
    RECIPE_SCHEMA,
    Crossed,
    Fingerprint,
    FromSeed,
    Given,
    Mixed,
    Near,
    Origin,
    Recipe,
    Shift,
    Styling,
    decode_recipe,
    encode_recipe,
    identity,
)

latents = st.lists(st.floats(-4, 4, width=32), min_size=1, max_size=16).map(
    lambda row: latent_to_bytes(np.array(row, np.float32))
)
origins: st.SearchStrategy[Origin] = st.one_of(
    st.just(FromSeed()),
    st.just(Given()),
    st.builds(Near, base=latents, strength=st.floats(0, 1)),
)
recipes = st.builds(
    Recipe,
    model=st.text(max_size=20),
    seed=st.integers(0, 2**63 - 1),
    origin=origins,
    latent=st.none() | latents,
    controls=st.dictionaries(
        st.text(max_size=8), st.booleans() | st.integers(-9, 9) | st.text(max_size=8), max_size=4
    ),
    parents=st.lists(st.text(max_size=8), max_size=3).map(tuple),
    making=st.none()
    | st.builds(Fingerprint, onnxruntime=st.text(), provider=st.text(), device=st.text()),
)


@given(recipes)
def test_a_recipe_comes_back_as_it_was(recipe: Recipe) -> None:
    assert decode_recipe(encode_recipe(recipe)) == recipe


@given(st.binary(max_size=200))
def test_bytes_that_are_no_recipe_get_a_sentence(data: bytes) -> None:
    with pytest.raises(RecipeInvalid, match=r"The recipe in x\.png cannot be read"):
        decode_recipe(data, "x.png")


@given(recipes, st.data())
def test_a_mutated_recipe_is_read_or_refused(recipe: Recipe, data: st.DataObject) -> None:
    encoded = bytearray(encode_recipe(recipe))
    for _ in range(data.draw(st.integers(1, 5))):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = decode_recipe(bytes(encoded))
    except RecipeInvalid:
        return
    assert isinstance(read, Recipe)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"model": "m", "seed": 1, "schema": %d}' % (RECIPE_SCHEMA + 1),
        b'{"model": "m", "seed": -1}',
        b'{"model": "m", "seed": 1, "latent": "AAA="}',
        b'{"model": "m", "seed": 1, "evil": 1}',
        b'{"model": "\xff", "seed": 1}',
        b" " * (MAXIMUM_RECIPE_BYTES + 1),
    ],
)
def test_hostile_recipes_are_refused(data: bytes) -> None:
    with pytest.raises(RecipeInvalid):
        decode_recipe(data)


OLD: Final = struct.pack("<4f", 0.5, -1.0, 2.0, 0.25)


@pytest.mark.parametrize(
    ("recipe", "name"),
    [
        (
            Recipe(model="m", seed=3),
            "72f348696506999ab2c497d9bdafc0543a9f130af52db9c032e30a9159d867ec",
        ),
        (
            Recipe(
                model="m",
                seed=3,
                latent=OLD,
                noise_seed=5,
                graphs={"generator": "ab" * 32},
                controls={"b": 1, "a": 0.5, "class": "x", "t": True},
            ),
            "79d9324646328a8a2e563c77dd4dadc6f86a51e48c5cfa8d256dcdaad9d557a1",
        ),
        (
            Recipe(model="m", seed=9, origin=Near(base=OLD, strength=0.3), latent=OLD),
            "1c85ca6a91db16368f7f5758fefa99f806a0f5ad5abcd97c081fb662df0e10c8",
        ),
        (
            Recipe(
                schema=CROSSED_SCHEMA,
                model="m",
                seed=9,
                origin=Crossed(first=OLD, second=OLD, share=0.25, method="between"),
                latent=OLD,
            ),
            "f4ceefe11b274fc02c2216036a4c36aa0a15dfb937ceccf27d2f3aa365449cb7",
        ),
    ],
)
def test_pictures_from_before_recipes_could_style_keep_their_names(
    recipe: Recipe, name: str
) -> None:
    assert identity(recipe) == name
    assert identity(decode_recipe(encode_recipe(recipe))) == name


@given(recipes)
def test_the_identity_names_the_picture_and_not_its_making(recipe: Recipe) -> None:
    import msgspec

    elsewhere = msgspec.structs.replace(recipe, making=None, parents=(), studio="9")
    assert identity(elsewhere) == identity(recipe)
    other = msgspec.structs.replace(recipe, seed=recipe.seed ^ 1)
    assert identity(other) != identity(recipe)


def test_a_seed_draws_the_same_latent_as_ever() -> None:
    assert latent_to_bytes(draw_latent(7, 4)).hex() == "e4cfc23f0f7292bf7f38933f846fe4bf"


@given(st.integers(0, 2**63 - 1), st.floats(0, 1))
def test_a_neighbour_keeps_the_scale_of_its_parent(seed: int, strength: float) -> None:
    base = draw_latent(1, 512)
    near = vary_latent(base, strength, seed)
    assert near.dtype == np.float32
    assert 0.7 < float(near.std()) < 1.3
    if strength == 0:
        assert np.array_equal(near, base)


def test_a_neighbour_with_its_parents_seed_is_no_stretched_parent() -> None:
    base = draw_latent(1, 512)
    near = vary_latent(base, 1.0, seed=1)
    assert abs(float(np.corrcoef(base, near)[0, 1])) < 0.2


def test_how_different_grows_with_strength() -> None:
    base = draw_latent(1, 256)
    steps = [float(np.abs(vary_latent(base, s, 5) - base).mean()) for s in (0.1, 0.3, 0.6, 1.0)]
    assert steps == sorted(steps)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_latent_that_is_not_a_number_is_refused(value: float) -> None:
    with pytest.raises(RequestInvalid, match="not numbers"):
        latent_from_bytes(latent_to_bytes(np.array([value, 0], np.float32)), 2)


def test_a_latent_of_the_wrong_length_says_what_would_be_right() -> None:
    with pytest.raises(RequestInvalid, match="3 numbers was given, this model takes 128"):
        latent_from_bytes(b"\0" * 12, 128)


def test_a_recipe_that_promises_a_latent_must_hold_one() -> None:
    with pytest.raises(RequestInvalid, match="gives none"):
        latent_of(Recipe(model="m", seed=1, origin=Given()), 4)


def test_the_strength_of_a_neighbour_is_bounded() -> None:
    origin = Near(base=b"\0" * 16, strength=1.5)
    with pytest.raises(RequestInvalid, match="between 0 and 1"):
        latent_of(Recipe(model="m", seed=1, origin=origin), 4)


def test_pixels_are_named_by_content_whatever_their_memory_layout() -> None:
    pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    flipped = pixels[::-1]
    assert pixels_sha256(pixels) == pixels_sha256(pixels.tobytes())
    assert pixels_sha256(flipped) == pixels_sha256(flipped.copy())
    assert pixels_sha256(flipped) != pixels_sha256(pixels)


def _styled(**parts: Any) -> Recipe:
    direction = np.ones(4, "<f4").tobytes()
    shift = Shift(direction=direction, amount=1.5, zone="form", name="glasses")
    styling = Styling(
        kinds={"a": 0.25, "b": 0.75},
        mixed=(Mixed(zone="colour", latent=direction, share=0.5),),
        shifts=(shift,),
    )
    return msgspec.structs.replace(Recipe(model="m", seed=1, schema=3, styling=styling), **parts)


def test_a_styled_recipe_is_read_back_as_it_was_written() -> None:
    assert decode_recipe(encode_recipe(_styled())) == _styled()


def test_a_recipe_without_styling_does_not_mention_it_so_that_older_studios_read_it() -> None:
    written = encode_recipe(Recipe(model="m", seed=1))
    assert b"styling" not in written
    assert b"enlarged" not in written


def test_the_name_of_a_trait_does_not_change_which_picture_it_is_and_its_amount_does() -> None:
    styling = _styled().styling
    assert isinstance(styling, Styling)
    other_name = msgspec.structs.replace(styling.shifts[0], name="spectacles")
    other_amount = msgspec.structs.replace(styling.shifts[0], amount=1.25)
    renamed = msgspec.structs.replace(styling, shifts=(other_name,))
    moved = msgspec.structs.replace(styling, shifts=(other_amount,))
    assert identity(_styled(styling=renamed)) == identity(_styled())
    assert identity(_styled(styling=moved)) != identity(_styled())


def test_a_recipe_that_says_more_than_its_format_can_is_refused() -> None:
    with pytest.raises(RecipeInvalid, match="format 1 cannot say"):
        decode_recipe(encode_recipe(_styled(schema=1)))


@pytest.mark.parametrize("what", ["direction", "mixed position", "styles"])
def test_rows_of_a_styling_that_are_no_numbers_are_refused(what: str) -> None:
    bad = {
        "direction": Styling(shifts=(Shift(direction=b"abc", amount=1.0),)),
        "mixed position": Styling(mixed=(Mixed(zone="form", latent=b"abc"),)),
        "styles": Styling(styles=b"abc"),
    }[what]
    with pytest.raises(RecipeInvalid, match=f"its {what} is not a row"):
        decode_recipe(encode_recipe(_styled(styling=bad)))
