"""Directions that are found in a model, as they are asked for and as they come back.

A trait is a direction in the space that pictures are drawn from. Its length is the step of one
sigma, so that the amounts of two traits compare. Without numpy: the window reads these.
"""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from studio.contract.errors import RequestInvalid
from studio.contract.manifest import Model, Zone
from studio.contract.recipe import Recipe, identity

MAXIMUM_TRAITS: Final = 64
"""Directions that one search may ask for."""
MINIMUM_PROBES: Final = 64
MAXIMUM_PROBES: Final = 100_000
SMALLEST_PILE: Final = 2
"""Pictures on each side from which a difference can be told from chance at all."""
LARGEST_PILE: Final = 500
RELIABLE_PILE: Final = 8
"""Pictures on each side from which the difference is mostly the one that was meant."""

Space = Literal["latent", "style"]


class TraitSearch(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be looked for by itself: in which directions do the model's pictures differ?"""

    count: int = 10
    """Directions at most, 1 to `MAXIMUM_TRAITS`; fewer are found where there are not more."""
    probes: int = 0
    """Positions that are looked at, at least `MINIMUM_PROBES`; 0: as many as suit the model."""
    seed: int = 0
    """Draws the positions; 0 <= seed < 2**63."""
    kind: str = ""
    """The kind of picture that is looked at alone; empty: all kinds in turn."""


class FoundTrait(msgspec.Struct, frozen=True, kw_only=True):
    """One direction."""

    direction: bytes
    """Little-endian float32; its length is the step of one sigma."""
    explained: float = 0.0
    """Share of all that differs between pictures which lies in this direction, 0 to 1."""


class Separation(msgspec.Struct, frozen=True, kw_only=True):
    """How well a direction tells two piles apart, by pictures that were not used to find it.

    Each picture in turn is left out, the direction is found from the others, and the picture is
    put on one of the piles by it.
    """

    first: int
    """Pictures in the first pile."""
    second: int
    first_right: int
    """Pictures of the first that were put there."""
    second_right: int
    distance: float
    """Between the means of the two piles along the direction, in sigmas of a pile (d')."""

    @property
    def share(self) -> float:
        """Share of pictures put right, 0 to 1, both piles counting alike; 0.5 is chance."""
        return (self.first_right / self.first + self.second_right / self.second) / 2

    @property
    def is_enough(self) -> bool:
        """Whether there are so many pictures that the figures can be believed."""
        return min(self.first, self.second) >= RELIABLE_PILE


class FoundTraits(msgspec.Struct, frozen=True, kw_only=True):
    """What a search has found, the direction that explains most first."""

    space: Space
    """In which the directions point."""
    dimension: int
    """Numbers of each direction."""
    traits: tuple[FoundTrait, ...]
    method: Literal["styles", "pictures", "piles"]
    """"styles": principal components of w. "pictures": those of the pictures that random
    positions become, and the latents regressed on them. "piles": what two piles differ in."""
    probes: int = 0
    """Positions that were looked at."""
    seed: int = 0
    kind: str = ""
    separation: Separation | None = None
    """Of two piles."""


def trait_space(model: Model) -> tuple[Space, int]:
    """In which space the traits of ``model`` point, and of how many numbers they are.

    Raises `RequestInvalid` if it has none, because it is no generator.
    """
    if model.manifest.styles is not None:
        return "style", model.manifest.styles.dimension
    if model.manifest.latent is not None:
        return "latent", model.manifest.latent.dimension
    raise RequestInvalid(fault=f"{model.manifest.id!r} is no generator, so it has no traits")


def trait_zones(model: Model) -> tuple[Zone, ...]:
    """The zones in which a trait can be applied alone; empty where there are none."""
    return () if model.manifest.styles is None else model.manifest.styles.zones()


def check_search(model: Model, search: TraitSearch) -> None:
    """Refuse a search that cannot be made; raises `RequestInvalid`, saying what is possible."""
    trait_space(model)
    if not 1 <= search.count <= MAXIMUM_TRAITS:
        raise RequestInvalid(fault=f"between 1 and {MAXIMUM_TRAITS} traits can be found at once")
    if search.probes and not MINIMUM_PROBES <= search.probes <= MAXIMUM_PROBES:
        fault = f"between {MINIMUM_PROBES} and {MAXIMUM_PROBES:,} positions can be looked at"
        raise RequestInvalid(fault=fault)
    if not 0 <= search.seed < 2**63:
        raise RequestInvalid(fault="a seed must lie between 0 and 2^63 - 1")
    kinds = [choice.value for choice in model.manifest.classes()]
    if search.kind and search.kind not in kinds:
        known = ", ".join(kinds) or "none"
        fault = f"there is no kind {search.kind!r}; there are: {known}"
        raise RequestInvalid(fault=fault)


def check_piles(model: Model, first: Sequence[Recipe], second: Sequence[Recipe]) -> None:
    """Refuse piles that no trait can be found from; raises `RequestInvalid`."""
    trait_space(model)
    for pile in (first, second):
        if len(pile) < SMALLEST_PILE:
            fault = (
                f"a pile has {len(pile)} of at least {SMALLEST_PILE} pictures; "
                f"{RELIABLE_PILE} or more on each side make a trait that can be relied on"
            )
            raise RequestInvalid(fault=fault)
        if len(pile) > LARGEST_PILE:
            fault = f"a pile has more than {LARGEST_PILE} pictures"
            raise RequestInvalid(fault=fault)
    if not set(map(identity, first)).isdisjoint(map(identity, second)):
        raise RequestInvalid(fault="one of the pictures is in both piles")
    hashes = model.graph_hashes()
    for recipe in (*first, *second):
        if recipe.model != model.manifest.id or (recipe.graphs and recipe.graphs != hashes):
            fault = f"one of the pictures was made by another model than {model.manifest.id!r}"
            raise RequestInvalid(fault=fault)
