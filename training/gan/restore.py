"""From a finished or running GAN run to the generator that it would show."""

import json
from dataclasses import dataclass
from pathlib import Path

from training.checkpoints import load_checkpoint, load_newest
from training.data.dataset import PictureSet, open_cache
from training.errors import TrainingError
from training.gan.average import measure_statistics
from training.gan.model import PictureGenerator
from training.gan.recipes import make_generator, network_config


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoredRun:
    """The averaged generator of a run with everything that its model's card must say."""

    generator: PictureGenerator
    data: PictureSet
    checkpoint: Path
    images: int
    seconds: float
    cpu_seconds: float | None
    """Of the processor, all threads together; None where the run did not count them yet."""
    config: dict[str, object]
    versions: dict[str, str]

    @property
    def together(self) -> bool:
        """Whether all classes of one latent belong together, as the letters of an alphabet do."""
        return self.config.get("together", 1) != 1


def restore_run(
    folder: Path, *, checkpoint: Path | None = None, data_folder: Path | None = None
) -> RestoredRun:
    """Read a checkpoint, the newest of `folder` unless one is named, and make its generator ready.

    `data_folder` names the picture cache when it is no longer where the run found it.
    """
    if checkpoint is None:
        path, state = load_newest(folder, print)
    else:
        path, state = checkpoint, load_checkpoint(checkpoint)
    config_text, stored_folder = state.get("config"), state.get("data_folder")
    images, seconds, weights = state.get("images"), state.get("seconds"), state.get("averaged")
    versions, cpu_seconds = state.get("versions"), state.get("cpu_seconds")
    if not (
        isinstance(config_text, str)
        and isinstance(stored_folder, str)
        and isinstance(images, int)
        and isinstance(seconds, float)
        and isinstance(weights, dict)
        and isinstance(versions, dict)
    ):
        raise TrainingError(f"{path}: this is not a checkpoint of a GAN run.")
    config: dict[str, object] = json.loads(config_text)
    network, resolution = config["network"], config["resolution"]
    assert isinstance(network, dict)
    assert isinstance(resolution, int)
    data = open_cache(data_folder or Path(stored_folder))
    generator = make_generator(
        str(config["recipe"]),
        resolution=resolution,
        channels=data.info.channels,
        classes=len(data.info.classes),
        config=network_config(network),
    )
    generator.load_state_dict(weights)
    return RestoredRun(
        generator=measure_statistics(generator),
        data=data,
        checkpoint=path,
        images=images,
        seconds=seconds,
        cpu_seconds=cpu_seconds if isinstance(cpu_seconds, float) else None,
        config=config,
        versions={str(k): str(v) for k, v in versions.items()},
    )
