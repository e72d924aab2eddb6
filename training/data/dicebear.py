"""Renders DiceBear avatar styles into pixels: labelled pictures without end, made offline.

Each style's own metadata names its licence. What this project ships is trained on CC0 styles
only, so anything else is refused unless the person asks for it, and then it is recorded.
"""

import io
import json
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from training.data.dataset import ClassName, SourceCredit
from training.data.known import STYLE_NAMES_ZH_CN
from training.errors import TrainingError

CC0_URL = "https://creativecommons.org/publicdomain/zero/1.0/"
_CHUNK = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _RenderTask:
    style: str
    first: int
    count: int
    seed: int
    resolution: int


def available_styles() -> tuple[str, ...]:
    """The names of all installed styles, sorted."""
    names = (entry.name for entry in files("dicebear_styles").iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in names if name.endswith(".json")))


def read_style(name: str) -> dict[str, object]:
    """The definition of one style, as its JSON file says it."""
    if name not in available_styles():
        raise TrainingError(
            f"{name}: there is no DiceBear style of this name; the installed ones are "
            f"{', '.join(available_styles())}."
        )
    text = files("dicebear_styles").joinpath(f"{name}.json").read_text("utf-8")
    definition: dict[str, object] = json.loads(text)
    return definition


def _entry(meta: object, part: str, key: str) -> str:
    """`meta[part][key]` as text, empty where the style does not say it."""
    if isinstance(meta, dict):
        section = meta.get(part)
        if isinstance(section, dict):
            return str(section.get(key, ""))
    return ""


def style_credit(name: str, *, allow_any_licence: bool) -> SourceCredit:
    """Read a style's licence from its own metadata and refuse what is not CC0."""
    meta = read_style(name).get("meta")
    licence = _entry(meta, "license", "name")
    if _entry(meta, "license", "url") != CC0_URL and not allow_any_licence:
        raise TrainingError(
            f"{name}: this DiceBear style is under “{licence or 'no stated licence'}”, not CC0; "
            "pass --data.allow-any-licence to use it all the same (the model's card will say so)."
        )
    return SourceCredit(
        name=f"DiceBear {_entry(meta, 'source', 'name') or name}",
        creator=_entry(meta, "creator", "name"),
        licence=licence,
        url=_entry(meta, "source", "url"),
        text=_entry(meta, "license", "text"),
    )


def style_class(name: str) -> ClassName:
    """The class of a style: its name in English, and in Chinese where the table has one."""
    english = name.replace("-", " ").capitalize()
    return ClassName(id=name, en=english, zh_cn=STYLE_NAMES_ZH_CN.get(name, english))


def avatar_seed(seed: int, style: str, number: int) -> str:
    """What DiceBear is given to draw avatar `number` of a style."""
    return f"{seed}/{style}/{number}"


def _render(task: _RenderTask) -> npt.NDArray[np.uint8]:
    """Pictures (count, resolution, resolution, 3) of one style, on white."""
    # Imported here: only the rendering processes need these, and they are an optional extra.
    import resvg_py
    from dicebear import Avatar, Style
    from PIL import Image

    style = Style(read_style(task.style))
    pictures = np.empty((task.count, task.resolution, task.resolution, 3), dtype=np.uint8)
    for position in range(task.count):
        seed = avatar_seed(task.seed, task.style, task.first + position)
        avatar = Avatar(style, {"seed": seed, "size": task.resolution})
        png = bytes(
            resvg_py.svg_to_bytes(svg_string=avatar.to_json()["svg"], width=task.resolution)
        )
        picture = Image.open(io.BytesIO(png)).convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        ground.alpha_composite(picture)
        pictures[position] = np.asarray(ground.convert("RGB"))
    return pictures


def render_styles(
    images: npt.NDArray[np.uint8],
    styles: tuple[str, ...],
    *,
    per_style: int,
    seed: int,
    processes: int,
) -> None:
    """Fill `images` (len(styles) * per_style, R, R, 3) style after style.

    Picture i of a style depends on (seed, style, i) alone, so that more pictures a style keep
    the first ones.
    """
    tasks = [
        _RenderTask(
            style=style,
            first=first,
            count=min(_CHUNK, per_style - first),
            seed=seed,
            resolution=images.shape[1],
        )
        for style in styles
        for first in range(0, per_style, _CHUNK)
    ]
    position = 0
    if processes <= 1:
        for task in tasks:
            images[position : position + task.count] = _render(task)
            position += task.count
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_follow_the_parent) as pool:
        try:
            for task, pictures in zip(tasks, pool.map(_render, tasks), strict=True):
                images[position : position + task.count] = pictures
                position += task.count
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _follow_the_parent() -> None:
    """Make a rendering process leave interrupts to its parent, and never outlive it.

    Ctrl-C reaches all processes of a terminal; only the one that waits should speak of it. A
    parent that was killed says nothing: its child would wait for work for ever.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def end_with_the_parent() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end_with_the_parent, name="parent", daemon=True).start()
