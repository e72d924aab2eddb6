"""Films of a tiny model, to plan and to render."""

from collections.abc import Sequence

from studio.contract.arrays import draw_latent, latent_to_bytes
from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.images.timeline import Film, Key


def recipe_of(model: Model, seed: int, **fields: object) -> Recipe:
    """A finished position of a model; kinds take turns."""
    manifest = model.manifest
    assert manifest.latent is not None
    controls = {control.name: control.default for control in manifest.controls}
    kinds = manifest.classes()
    control = manifest.control("class")
    if control is not None:
        controls[control.name] = kinds[seed % len(kinds)].value
    values: dict[str, object] = {
        "model": manifest.id,
        "seed": seed,
        "latent": latent_to_bytes(draw_latent(seed, manifest.latent.dimension)),
        "controls": controls,
        **fields,
    }
    return Recipe(**values)  # type: ignore[arg-type]  # fields by name


def film_of(model: Model, times: Sequence[float] = (0.0, 1.0, 2.0), **fields: object) -> Film:
    """A film with keys at ``times``; unless said otherwise a loop of three seconds."""
    keys = tuple(
        Key(id=f"k{index}", recipe=recipe_of(model, index), time=time)
        for index, time in enumerate(times)
    )
    values: dict[str, object] = {
        "id": "film",
        "model": model.manifest.id,
        "keys": keys,
        "seconds": 3.0,
        "fps": 10,
        **fields,
    }
    return Film(**values)  # type: ignore[arg-type]  # fields by name
