"""A child of two pictures: like its parents, as typical as they, and the same every time."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from studio.contract.arrays import draw_latent, latent_of, latent_to_bytes
from studio.contract.crossing import latent_between, mix_latents
from studio.contract.errors import RecipeInvalid, RequestInvalid
from studio.contract.recipe import (
    RECIPE_SCHEMA,
    Crossed,
    Recipe,
    decode_recipe,
    encode_recipe,
)

Row = NDArray[np.float32]

DIMENSION = 12
rows = st.lists(
    st.floats(-4, 4, width=32, allow_subnormal=False), min_size=DIMENSION, max_size=DIMENSION
).map(lambda values: np.array(values, np.float32))
shares = st.floats(0, 1)
seeds = st.integers(0, 2**63 - 1)


def _lengths(*latents: Row) -> list[float]:
    return [float(np.linalg.norm(latent.astype(np.float64))) for latent in latents]


@given(rows, shares, seeds)
def test_a_child_of_one_picture_with_itself_is_that_picture(
    parent: Row, share: float, seed: int
) -> None:
    assert np.array_equal(mix_latents(parent, parent, share, seed), parent)
    assert np.array_equal(latent_between(parent, parent, share), parent)


@given(rows, rows, seeds)
def test_the_ends_of_the_share_are_the_parents(first: Row, second: Row, seed: int) -> None:
    for made in (mix_latents(first, second, 0.0, seed), latent_between(first, second, 0.0)):
        assert np.array_equal(made, first)
    assert np.array_equal(mix_latents(first, second, 1.0, seed), second)
    np.testing.assert_allclose(latent_between(first, second, 1.0), second, rtol=1e-6, atol=1e-6)


@given(rows, rows, shares, seeds)
def test_a_child_is_no_shorter_and_no_longer_than_its_parents(
    first: Row, second: Row, share: float, seed: int
) -> None:
    low, high = sorted(_lengths(first, second))
    for child in (mix_latents(first, second, share, seed), latent_between(first, second, share)):
        (length,) = _lengths(child)
        opposite = float(np.dot(first, second)) < -0.999999 * low * high
        if length == 0.0 or opposite:  # all of it came from where the parents have nothing
            continue
        assert low * (1 - 1e-5) - 1e-6 <= length <= high * (1 + 1e-5) + 1e-6


@given(rows, rows, shares, seeds)
def test_every_number_of_a_mixed_child_is_one_parents_but_for_one_common_factor(
    first: Row, second: Row, share: float, seed: int
) -> None:
    child = mix_latents(first, second, share, seed).astype(np.float64)
    (length,) = _lengths(child.astype(np.float32))
    coins = np.random.Generator(
        np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(2,)))
    ).random(DIMENSION)
    plain = np.where(coins < share, second, first).astype(np.float64)
    factor = length / max(float(np.linalg.norm(plain)), 1e-12)
    np.testing.assert_allclose(child, plain * factor, rtol=1e-5, atol=1e-5)


@settings(max_examples=30)
@given(seeds, shares)
def test_children_of_typical_parents_are_as_typical(seed: int, share: float) -> None:
    first, second = draw_latent(seed, 512), draw_latent(seed ^ 1, 512)
    for child in (mix_latents(first, second, share, seed), latent_between(first, second, share)):
        assert 0.8 < float(child.std()) < 1.2
        assert child.dtype == np.float32


def test_siblings_differ_and_the_share_leans_to_a_parent() -> None:
    first, second = draw_latent(1, 512), draw_latent(2, 512)
    siblings = [mix_latents(first, second, 0.5, seed) for seed in (1, 2)]
    assert not np.array_equal(siblings[0], siblings[1])
    distances = [
        float(np.linalg.norm(mix_latents(first, second, share, 3) - first))
        for share in (0.1, 0.4, 0.7, 1.0)
    ]
    assert distances == sorted(distances)
    way = [float(np.linalg.norm(latent_between(first, second, s) - first)) for s in (0.2, 0.5, 0.9)]
    assert way == sorted(way)


def test_opposite_parents_and_parents_of_no_length_have_children_all_the_same() -> None:
    parent, nothing = draw_latent(1, 8), np.zeros(8, np.float32)
    for other in (-parent, nothing):
        for share in (0.25, 0.5, 0.75):
            assert np.isfinite(latent_between(parent, other, share)).all()
            assert np.isfinite(mix_latents(parent, other, share, 1)).all()


def _crossed(**changes: object) -> Recipe:
    parts: dict[str, object] = {
        "first": latent_to_bytes(draw_latent(1, 8)),
        "second": latent_to_bytes(draw_latent(2, 8)),
        "share": 0.4,
    }
    origin = Crossed(**{**parts, **changes})  # type: ignore[arg-type]  # damaged on purpose
    return Recipe(schema=RECIPE_SCHEMA, model="m", seed=5, origin=origin)


@pytest.mark.parametrize("method", ["mixed", "between"])
def test_a_child_is_remade_from_its_recipe_alone(method: str) -> None:
    recipe = _crossed(method=method)
    again = decode_recipe(encode_recipe(recipe))
    assert again == recipe
    assert np.array_equal(latent_of(again, 8), latent_of(recipe, 8))


def test_mixing_draws_the_same_child_as_ever() -> None:
    assert latent_of(_crossed(), 8).astype("<f4").tobytes().hex() == (
        "4453dd3f9da69abe248d833fa4e7f03f9d54aabe3c9dd53e2cc9bfbfdc13e33f"
    )


def test_parents_of_another_model_and_shares_beyond_the_ends_are_refused() -> None:
    with pytest.raises(RequestInvalid, match="takes 8"):
        latent_of(_crossed(second=latent_to_bytes(draw_latent(2, 4))), 8)
    with pytest.raises(RequestInvalid, match="between 0 and 1"):
        latent_of(_crossed(share=1.5), 8)


def test_a_parent_that_is_no_row_of_numbers_is_refused_when_read() -> None:
    for name in ("first", "second"):
        with pytest.raises(RecipeInvalid, match=f"its {name} parent is not a row"):
            decode_recipe(encode_recipe(_crossed(**{name: b"abc"})))


def test_a_recipe_of_the_first_format_reads_as_ever() -> None:
    old = b'{"schema":1,"model":"m","seed":3,"origin":{"from":"seed"},"controls":{"kind":"a"}}'
    recipe = decode_recipe(old)
    assert (recipe.schema, recipe.seed, recipe.controls) == (1, 3, {"kind": "a"})


def test_a_newer_recipe_is_refused_by_its_format_whatever_else_is_new_in_it() -> None:
    newer = b'{"schema":4,"model":"m","seed":3,"origin":{"from":"elsewhere"},"mood":"blue"}'
    with pytest.raises(RecipeInvalid, match="format is 4, this Atelier reads up to 3"):
        decode_recipe(newer)
