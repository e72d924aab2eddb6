"""Children of several pictures: of their kin, as typical as they, and the same every time."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from studio.contract.arrays import draw_latent, latent_of, latent_to_bytes
from studio.contract.crossing import breed_latents
from studio.contract.errors import RecipeInvalid, RequestInvalid
from studio.contract.recipe import (
    MAXIMUM_PARENTS,
    Bred,
    Recipe,
    decode_recipe,
    encode_recipe,
    needed_schema,
)

Row = NDArray[np.float32]

DIMENSION = 12
rows = st.lists(
    st.floats(-4, 4, width=32, allow_subnormal=False), min_size=DIMENSION, max_size=DIMENSION
).map(lambda values: np.array(values, np.float32))
families = st.lists(rows, min_size=1, max_size=MAXIMUM_PARENTS)
mutations = st.floats(0, 1)
seeds = st.integers(0, 2**63 - 1)


def _length(latent: Row) -> float:
    return float(np.linalg.norm(latent.astype(np.float64)))


@given(rows, seeds, st.integers(1, MAXIMUM_PARENTS))
def test_without_mutation_a_child_of_one_picture_is_that_picture_however_often_it_is_named(
    parent: Row, seed: int, times: int
) -> None:
    assert np.array_equal(breed_latents([parent] * times, 0.0, seed), parent)


@given(families, seeds)
def test_every_number_of_a_child_is_one_parents_but_for_one_common_factor(
    family: list[Row], seed: int
) -> None:
    child = breed_latents(family, 0.0, seed).astype(np.float64)
    lots = np.random.Generator(
        np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(3,)))
    ).integers(len(family), size=DIMENSION)
    plain = np.array([family[lot][place] for place, lot in enumerate(lots)], np.float64)
    if len(family) == 1:
        plain = family[0].astype(np.float64)
    factor = np.linalg.norm(child) / max(float(np.linalg.norm(plain)), 1e-12)
    np.testing.assert_allclose(child, plain * factor, rtol=1e-5, atol=1e-5)


@given(families, seeds)
def test_a_child_is_no_shorter_and_no_longer_than_all_its_parents(
    family: list[Row], seed: int
) -> None:
    length = _length(breed_latents(family, 0.0, seed))
    lengths = [_length(parent) for parent in family]
    if length > 0.0:
        assert min(lengths) * (1 - 1e-5) - 1e-6 <= length <= max(lengths) * (1 + 1e-5) + 1e-6


@settings(max_examples=30)
@given(seeds, mutations, st.integers(1, 6))
def test_children_of_typical_parents_are_as_typical(seed: int, mutation: float, many: int) -> None:
    family = [draw_latent((seed + place) % 2**63, 512) for place in range(many)]
    child = breed_latents(family, mutation, seed)
    assert 0.8 < float(child.std()) < 1.2
    assert child.dtype == np.float32


@settings(max_examples=30)
@given(seeds)
def test_children_go_further_from_their_parent_the_stronger_the_mutation(seed: int) -> None:
    parent = draw_latent(seed, 512)
    ways = [
        _length(breed_latents([parent], mutation, seed) - parent)
        for mutation in (0.0, 0.1, 0.3, 0.6, 0.9)
    ]
    assert ways == sorted(ways)
    assert ways[0] == 0.0 < ways[1]


def test_siblings_differ_and_each_parent_has_its_share() -> None:
    family = [draw_latent(number, 512) for number in range(4)]
    siblings = [breed_latents(family, 0.0, seed) for seed in (1, 2)]
    assert not np.array_equal(siblings[0], siblings[1])
    likeness = [float(np.dot(siblings[0], parent)) / 512 for parent in family]
    assert all(0.1 < each < 0.4 for each in likeness)


def test_a_mutation_is_no_stretched_parent_of_the_same_number() -> None:
    parent = draw_latent(7, 512)
    child = breed_latents([parent], 0.5, 7)
    cosine = float(np.dot(parent, child)) / (_length(parent) * _length(child))
    assert cosine < 0.95


def _bred(*parents: bytes, mutation: float = 0.3) -> Recipe:
    recipe = Recipe(model="m", seed=5, origin=Bred(parents=parents, mutation=mutation))
    return Recipe(
        schema=needed_schema(recipe), model="m", seed=5, origin=recipe.origin, controls={}
    )


FAMILY = tuple(latent_to_bytes(draw_latent(number, 8)) for number in (1, 2, 3))


def test_a_child_is_remade_from_its_recipe_alone() -> None:
    recipe = _bred(*FAMILY)
    again = decode_recipe(encode_recipe(recipe))
    assert again == recipe
    assert np.array_equal(latent_of(again, 8), latent_of(recipe, 8))


def test_breeding_draws_the_same_child_as_ever() -> None:
    assert latent_of(_bred(*FAMILY), 8).astype("<f4").tobytes().hex() == (
        "f91ff63f767ebf3d206d40bfe4d181beb039a9bcf1cb38bfb35466bfceb6adbd"
    )


def test_no_parents_too_many_and_those_of_another_model_are_refused() -> None:
    with pytest.raises(RequestInvalid, match="1 to 16 parents"):
        latent_of(_bred(), 8)
    with pytest.raises(RequestInvalid, match="1 to 16 parents"):
        latent_of(_bred(*(FAMILY[:1] * 17)), 8)
    with pytest.raises(RequestInvalid, match="takes 8"):
        latent_of(_bred(FAMILY[0], latent_to_bytes(draw_latent(2, 4))), 8)
    with pytest.raises(RequestInvalid, match="between 0 and 1"):
        latent_of(_bred(*FAMILY, mutation=1.5), 8)
    with pytest.raises(ValueError, match="no child"):
        breed_latents([], 0.1, 1)


def test_a_parent_that_is_no_row_of_numbers_is_refused_when_read() -> None:
    with pytest.raises(RecipeInvalid, match="its parent is not a row"):
        decode_recipe(encode_recipe(_bred(FAMILY[0], b"abc")))
