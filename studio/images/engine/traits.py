"""Finds traits: directions along which a generator's pictures differ, without gradients.

By themselves: principal components of w where there is a mapping graph, of the pictures that
random positions become where there is none (Härkönen et al. 2020, "GANSpace: Discovering
Interpretable GAN Controls"). And from two piles of pictures: what the one has and the other has
not. What belongs to a kind is taken out first, because kinds can be chosen anyway.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from studio.contract.arrays import Latents, latents_to_bytes
from studio.contract.errors import RequestInvalid
from studio.contract.manifest import Control, Model
from studio.contract.recipe import ControlValue, Given, Recipe
from studio.contract.traits import (
    MINIMUM_PROBES,
    FoundTrait,
    FoundTraits,
    TraitSearch,
    check_piles,
    check_search,
    trait_space,
)
from studio.images.engine.components import (
    Doubles,
    Floats,
    Ground,
    difference,
    ground_of_latents,
    ground_of_styles,
    picture_features,
    principal_components,
    regressed_directions,
    separation,
)
from studio.images.engine.feeding import class_weights
from studio.images.engine.generator import Generator
from studio.images.engine.requests import check_request
from studio.images.engine.styling import Stylist
from studio.runtime.cancel import CancelToken

Advance = Callable[[int, int], None]
"""Is told how many of how many positions were looked at."""

STYLE_PROBES: Final = 10_000
"""Styles are cheap: GANSpace, section 2.1, takes as many or more."""
FEWEST_PICTURES: Final = 1024
MOST_PICTURES: Final = 8192
PICTURES_A_NUMBER: Final = 16
"""Pictures for each number of the latent: the regression's noise is one in so many."""
LARGEST_SAMPLE: Final = 16_000_000
"""Numbers of one sort that are held at once: 64 MB."""
AT_ONCE: Final = 512
"""Positions between two looks at the token, on a mapping."""
BATCH: Final = 16
_STREAM: Final = 3
"""Spawn key of the probes; latents are drawn from the seed itself, other things from 1 and 2."""


def find_traits(
    model: Model, search: TraitSearch, generator: Generator, token: CancelToken, advance: Advance
) -> FoundTraits:
    """The directions in which the pictures of ``model`` differ most, each one sigma long.

    Orthogonal to each other, the most important first; the same for the same seed and machine.
    Raises `RequestInvalid`, `Cancelled`, `GraphFailed` or `MemoryExhausted`.
    """
    check_search(model, search)
    space, dimension = trait_space(model)
    stylist = generator.stylist
    if stylist is not None:
        probes = _affordable(search.probes or STYLE_PROBES, dimension)
        styles = _style_probes(model, stylist, search, probes, token, advance)
        found = principal_components(styles, search.count)
        sigmas = np.sqrt(found.variances)[:, np.newaxis]
        directions, shares = found.axes * sigmas, found.variances / max(found.total, 1e-300)
    else:
        wished = min(max(PICTURES_A_NUMBER * dimension, FEWEST_PICTURES), MOST_PICTURES)
        probes = _affordable(search.probes or wished, dimension)
        latents, features = _picture_probes(model, generator, search, probes, token, advance)
        directions, shares = regressed_directions(latents, features, search.count)
    token.check()
    return FoundTraits(
        space=space,
        dimension=dimension,
        traits=tuple(
            FoundTrait(direction=_bytes(direction), explained=round(float(share), 6))
            for direction, share in zip(directions, shares, strict=True)
        ),
        method="pictures" if stylist is None else "styles",
        probes=probes,
        seed=search.seed,
        kind=search.kind,
    )


def trait_between(
    model: Model,
    first: Sequence[Recipe],
    second: Sequence[Recipe],
    generator: Generator,
    token: CancelToken,
    advance: Advance,
) -> FoundTraits:
    """What the pictures of the first pile have and those of the second have not.

    One direction, one sigma long, with how well it tells pictures apart that it was not found
    from. Raises `RequestInvalid` for piles that say nothing, and else as `find_traits`.
    """
    check_piles(model, first, second)
    check_request(model, (*first, *second), BATCH)
    space, dimension = trait_space(model)
    stylist = generator.stylist
    search = TraitSearch()
    if stylist is not None:
        probes = _affordable(STYLE_PROBES, dimension)
        ground = ground_of_styles(_style_probes(model, stylist, search, probes, token, advance))
    else:
        probes = _affordable(FEWEST_PICTURES, dimension)
        ground = ground_of_latents(
            *_picture_probes(model, generator, search, probes, token, advance)
        )
    mine = _coordinates(model, first, generator, ground, token)
    theirs = _coordinates(model, second, generator, ground, token)
    token.check()
    axis = difference(mine, theirs, ground.weights)
    if not axis.any():
        raise RequestInvalid(fault="the pictures of both piles come from the same positions")
    apart = separation(mine, theirs, ground.weights)
    return FoundTraits(
        space=space,
        dimension=dimension,
        traits=(FoundTrait(direction=_bytes(ground.direction(axis))),),
        method="piles",
        probes=probes,
        separation=apart,
    )


def _coordinates(
    model: Model,
    pile: Sequence[Recipe],
    generator: Generator,
    ground: Ground,
    token: CancelToken,
) -> Doubles:
    """Where the pictures of a pile stand, (n, k): their styles on the average of their layers,
    without the mean of their kinds; or their latents."""
    positions = generator.styles(pile, token).mean(axis=1, dtype=np.float64)
    stylist = generator.stylist
    if stylist is not None:
        positions = positions - stylist.means(pile, token)
    return ground.coordinates(positions)


def _style_probes(
    model: Model,
    stylist: Stylist,
    search: TraitSearch,
    probes: int,
    token: CancelToken,
    advance: Advance,
) -> Floats:
    """(probes, dimension) styles of random positions, without the mean of each one's kind."""
    kinds = _kinds(model, search)
    recipes = [_probe(model, kind) for kind in kinds]
    weights = np.stack([class_weights(model.manifest, recipe) for recipe in recipes])
    rows = []
    done = 0
    for latents in _draws(model, search.seed, probes, AT_ONCE):
        token.check()
        turn = [(done + at) % len(kinds) for at in range(len(latents))]
        own = [recipes[at] for at in turn]
        rows.append(stylist.mapped(own, latents, weights[turn], token))
        done += len(latents)
        advance(done, probes)
    styles = np.concatenate(rows)
    _centre(styles, len(kinds))
    return styles


def _picture_probes(
    model: Model,
    generator: Generator,
    search: TraitSearch,
    probes: int,
    token: CancelToken,
    advance: Advance,
) -> tuple[Latents, Floats]:
    """(probes, dimension) latents and (probes, f) features of their pictures, both centred."""
    kinds = _kinds(model, search)
    latents = np.concatenate(list(_draws(model, search.seed, probes, AT_ONCE)))
    features: list[Floats] = []
    buffer = _Buffer()
    advance(0, probes)
    done = 0
    for start in range(0, probes, AT_ONCE):
        recipes = [
            _probe(model, kinds[(start + at) % len(kinds)], latents_to_bytes(latent))
            for at, latent in enumerate(latents[start : start + AT_ONCE])
        ]
        for made in generator.make(recipes, batch=BATCH, memory=buffer.give, token=token):
            features.append(picture_features(made.pixels))
            done += len(made.latents)
            advance(done, probes)
    looks = np.concatenate(features)
    _centre(looks, len(kinds))
    return latents - latents.mean(axis=0), looks


class _Buffer:
    """Memory that one batch of pictures after the other is made in."""

    def __init__(self) -> None:
        self._memory: NDArray[np.uint8] = np.empty(0, np.uint8)

    def give(self, size: int) -> memoryview:
        if len(self._memory) < size:
            whole = np.empty(size + 64, np.uint8)
            start = -whole.ctypes.data % 64
            self._memory = whole[start : start + size]
        return self._memory[:size].data


def _centre(rows: Floats, kinds: int) -> None:
    """Take the mean of each kind from its rows, which come in turn, in place."""
    for kind in range(kinds):
        own = rows[kind::kinds]
        if len(own):
            own -= own.mean(axis=0)


def _kinds(model: Model, search: TraitSearch) -> list[str]:
    """The kinds that are looked at in turn; one empty name where the model has none."""
    if search.kind:
        return [search.kind]
    return [choice.value for choice in model.manifest.classes()] or [""]


def _probe(model: Model, kind: str, latent: bytes | None = None) -> Recipe:
    """A picture of a kind as the model makes it by itself: untruncated where that is allowed."""
    controls: dict[str, ControlValue] = {}
    chosen = model.manifest.control("class")
    if chosen is not None and kind:
        controls[chosen.name] = kind
    truncation = model.manifest.control("truncation")
    if truncation is not None:
        controls[truncation.name] = _nearest(truncation, 1.0)
    return Recipe(model=model.manifest.id, seed=0, origin=Given(), latent=latent, controls=controls)


def _nearest(control: Control, value: float) -> float:
    low = value if control.minimum is None else control.minimum
    high = value if control.maximum is None else control.maximum
    return max(low, min(high, value))


def _draws(model: Model, seed: int, probes: int, at_once: int) -> Iterator[Latents]:
    """The latents of the probes in parts, the same however large the parts are."""
    assert model.manifest.latent is not None
    dimension = model.manifest.latent.dimension
    stream = np.random.SeedSequence(seed, spawn_key=(_STREAM,))
    generator = np.random.Generator(np.random.PCG64(stream))
    for start in range(0, probes, at_once):
        count = min(at_once, probes - start)
        yield generator.standard_normal((count, dimension), dtype=np.float32)


def _affordable(probes: int, dimension: int) -> int:
    """As many as fit into memory, however long a row is."""
    return max(min(probes, LARGEST_SAMPLE // dimension), MINIMUM_PROBES)


def _bytes(direction: Doubles) -> bytes:
    return direction.astype("<f4").tobytes()
