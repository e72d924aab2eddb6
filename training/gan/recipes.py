"""The networks of each recipe, and which settings belong to which."""

import dataclasses
from dataclasses import dataclass
from typing import Literal

from training.gan.model import Discriminator, Generator, NetworkConfig, PictureGenerator
from training.gan.style_model import StyleGenerator
from training.gan.together import SetDiscriminator

Recipe = Literal["dcgan", "style"]
Loss = Literal["non_saturating", "relativistic"]

STYLE_ONLY = frozenset({"network.mapping_layers", "network.refined_sizes"})
"""Settings that mean nothing to the other recipe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """The two that play against each other."""

    generator: PictureGenerator
    discriminator: Discriminator


def make_generator(
    recipe: str, *, resolution: int, channels: int, classes: int, config: NetworkConfig
) -> PictureGenerator:
    """The untrained generator of a recipe."""
    kind = StyleGenerator if recipe == "style" else Generator
    return kind(resolution=resolution, channels=channels, classes=classes, config=config)


def make_networks(
    recipe: str,
    *,
    resolution: int,
    channels: int,
    classes: int,
    group: int,
    config: NetworkConfig,
    together: int = 1,
) -> Networks:
    """Both untrained networks of a recipe; the generator takes the first random numbers.

    With `together` above 1 the discriminator also judges sets of as many pictures.
    """
    generator = make_generator(
        recipe, resolution=resolution, channels=channels, classes=classes, config=config
    )
    if together > 1:
        discriminator: Discriminator = SetDiscriminator(
            resolution=resolution,
            channels=channels,
            classes=classes,
            group=group,
            together=together,
            config=config,
        )
    else:
        discriminator = Discriminator(
            resolution=resolution, channels=channels, classes=classes, group=group, config=config
        )
    return Networks(generator=generator, discriminator=discriminator)


def network_config(stored: dict[str, object]) -> NetworkConfig:
    """The sizes as a checkpoint or a record in JSON keeps them; absent ones as they were then."""
    values = dict(stored)
    sizes = values.get("refined_sizes")
    if isinstance(sizes, list):
        values["refined_sizes"] = tuple(sizes)
    known = {field.name for field in dataclasses.fields(NetworkConfig)}
    return NetworkConfig(**{name: values[name] for name in known & values.keys()})  # type: ignore[arg-type]  # as they were written
