"""A picture that was enlarged knows what it was before."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.contract.recipe import (
    PLAIN_SCHEMA,
    RECIPE_SCHEMA,
    Enlarged,
    Recipe,
    before_enlarging,
    decode_recipe,
    encode_recipe,
    identity,
)

MADE = Recipe(model="tiny", seed=3, latent=bytes(16), width=8, height=6, pixels_sha256="a" * 64)


def _enlarged(factor: int, tile: int = 0) -> Recipe:
    enlarged = Enlarged(
        method="model", factor=factor, model="up", tile=tile, source_sha256="a" * 64
    )
    return msgspec.structs.replace(
        MADE,
        schema=RECIPE_SCHEMA,
        enlarged=enlarged,
        width=8 * factor,
        height=6 * factor,
        pixels_sha256="b" * 64,
    )


@settings(deadline=None)
@given(factor=st.integers(1, 16))
def test_before_it_was_enlarged_it_was_what_was_made(factor: int) -> None:
    assert before_enlarging(_enlarged(factor)) == MADE
    assert before_enlarging(MADE) is MADE
    assert before_enlarging(MADE).schema == PLAIN_SCHEMA


def test_an_enlarged_picture_is_another_and_its_parts_do_not_count() -> None:
    assert identity(_enlarged(4)) != identity(MADE)
    assert identity(_enlarged(4)) != identity(_enlarged(2))
    assert identity(_enlarged(4, tile=32)) == identity(_enlarged(4, tile=256))


def test_what_a_recipe_says_of_enlarging_is_read_back() -> None:
    assert decode_recipe(encode_recipe(_enlarged(4))) == _enlarged(4)
