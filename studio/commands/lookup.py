"""Finding the model that a command is about, by its id, its folder or a recipe."""

import difflib
import os
from collections.abc import Sequence
from pathlib import Path

from studio.contract.errors import RequestInvalid
from studio.contract.manifest import MANIFEST_NAME, BrokenModel, Model, find_models, read_model
from studio.contract.recipe import Recipe


def resolve_model(text: str, roots: tuple[Path, ...]) -> Model:
    """The model that ``text`` names: a folder, if it looks like one, else an id.

    Raises `RequestInvalid` listing the ids that there are, or what is wrong with the folder.
    """
    folder = Path(text)
    separators = {os.sep, os.altsep or os.sep, "/"}
    if any(mark in text for mark in separators) or _is_file(folder / MANIFEST_NAME):
        return read_model(folder)
    found = find_models(roots)
    for model in found:
        if isinstance(model, Model) and model.manifest.id == text:
            return model
    for broken in found:
        if isinstance(broken, BrokenModel) and broken.folder.name == text:
            raise broken.error
    raise RequestInvalid(fault=_unknown(text, [m for m in found if isinstance(m, Model)], roots))


def model_of_recipe(recipe: Recipe, roots: tuple[Path, ...]) -> Model:
    """The model that a picture was made by: the same graphs if they are here, else the same id.

    A folder of the user's may shadow a shipped model of the same id; both are looked at.
    """
    models = [model for root in roots for model in find_models((root,)) if isinstance(model, Model)]
    same_id = [model for model in models if model.manifest.id == recipe.model]
    for model in same_id:
        if model.graph_hashes() == recipe.graphs:
            return model
    if same_id:
        return same_id[0]
    # A recipe names the model that it was made with; a name that is like it is another's.
    raise RequestInvalid(fault=_unknown(recipe.model, models, roots, may_be_slip=False))


def _unknown(
    name: str, models: Sequence[Model], roots: tuple[Path, ...], *, may_be_slip: bool = True
) -> str:
    known = sorted({model.manifest.id for model in models})
    if not known:
        return f"there is no model {name!r}; no models are in {' or '.join(map(str, roots))}"
    close = difflib.get_close_matches(name, known, n=1)
    hint = f" (did you mean {close[0]!r}?)" if close and may_be_slip else ""
    return f"there is no model {name!r} here{hint or '; there are: ' + ', '.join(known)}"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
