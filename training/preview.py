"""What a person wants to know of a picture set before an hour of training: `data`'s answer."""

import numpy as np

from training.data.dataset import explain_write_errors
from training.data.prepare import DataCommand, prepare_data
from training.gan.sheets import data_sheet, save_png

FEW = 500
"""Pictures of a class below which a model mostly repeats what it has seen."""


def describe_data(command: DataCommand) -> str:
    """Prepare the set, write its sheet if one is wanted, and say what is in it.

    The last line is the folder of the cache.
    """
    data = prepare_data(command.data, resolution=command.resolution, say=print)
    counts = np.bincount(data.labels, minlength=len(data.info.classes))
    classes = "class" if len(counts) == 1 else "classes"
    head = (
        f"{data.info.count:,} pictures of {data.info.width}x{data.info.height} in {len(counts)} "
        f"{classes}, {data.info.held_out:,} of them held out:"
    )
    lines = [head]
    lines += [
        f"  {name.id}: {count:,}" for name, count in zip(data.info.classes, counts, strict=True)
    ]
    few = [name.id for name, count in zip(data.info.classes, counts, strict=True) if count < FEW]
    if few:
        lines.append(
            f"Fewer than {FEW} pictures in {', '.join(few)}: expect a model that repeats them more "
            "than it invents; more pictures help more than more time."
        )
    if command.sheet is not None:
        with explain_write_errors(command.sheet, "the sheet"):
            command.sheet.parent.mkdir(parents=True, exist_ok=True)
            save_png(command.sheet, data_sheet(data))
        lines.append(f"What training will see: {command.sheet}")
    return "\n".join([*lines, str(data.folder)])
