"""The line of settings that the programs of artists read from a PNG's text ``parameters``.

The form is AUTOMATIC1111's: "Steps: 1, Sampler: GAN, Seed: 7, ..."; a value that holds a comma,
a colon or a line break is quoted as JSON, as that program does.
"""

import json

from studio.contract.recipe import Recipe

_HASH_CHARACTERS = 10
"""So much of a SHA-256 stands for a model there."""


def settings_line(recipe: Recipe) -> str:
    """The recipe of a made picture in that form, ASCII, one line."""
    settings: dict[str, object] = {
        "Steps": 1,
        "Sampler": "GAN",
        "CFG scale": 0,
        "Seed": recipe.seed,
        "Size": f"{recipe.width}x{recipe.height}",
    }
    graph = next(iter(recipe.graphs.values()), "")
    if graph:
        settings["Model hash"] = graph[:_HASH_CHARACTERS]
    settings["Model"] = recipe.model
    for name, value in recipe.controls.items():
        settings.setdefault(name.replace("_", " ").capitalize(), value)
    if recipe.studio:
        settings["Version"] = f"Atelier {recipe.studio}"
    return ", ".join(f"{name}: {_value(value)}" for name, value in settings.items())


def _value(value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    if not text.isascii() or any(character in text for character in ',:\n\r"'):
        return json.dumps(text)
    return text
