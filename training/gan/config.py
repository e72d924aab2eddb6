"""Everything that decides a GAN run, and what a resumed one must share with the first part."""

import dataclasses
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from training.command_line import command_line
from training.data.prepare import DataConfig
from training.engine import EngineConfig
from training.errors import TrainingError
from training.gan.augment import CHANGES, Change
from training.gan.model import NetworkConfig
from training.gan.recipes import STYLE_ONLY, Loss, Recipe

SUPPORTED_RESOLUTIONS = (32, 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportConfig:
    """How often a run speaks and saves. None of it changes what is learnt."""

    log_images: int = 5_000
    """Write losses and speed to the log every so many images."""
    sheet_images: int = 20_000
    """Write sample sheets every so many images."""
    diversity_images: int = 20_000
    """Measure the diversity within each class every so many images."""
    diversity_samples: int = 128
    """Samples of each class that are measured. 0 switches the measure off."""
    frechet_samples: int = 2_000
    """Samples by which the distance to the data is measured at the same times. 0: not measured."""
    classifier_images: int = 60_000
    """Images on which the measuring classifier is trained, once for a data set."""
    checkpoint_minutes: float = 3.0
    """Save a checkpoint every so many minutes; one is always saved at the end."""
    keep_checkpoints: int = 3
    """How many of the newest checkpoints are kept."""
    tensorboard: bool = True
    """Also write TensorBoard event files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GanConfig:
    """Everything that decides a GAN run."""

    out: Path
    """The run's folder: checkpoints, sheets, logs."""
    recipe: Recipe = "dcgan"
    """dcgan: Radford et al. 2015 with class-conditional normalisation. style: a mapping network and
    a style for each layer (Karras et al. 2019), exported as two graphs, for an instrument with
    zones, style mixing and truncation."""
    resolution: int = 64
    """Side of the pictures, 32 or 64 pixels."""
    seed: int = 0
    """Decides the initial weights, the order of the data and every latent."""
    max_images: int | None = None
    """Stop after so many images seen. Unset: no limit."""
    max_minutes: float | None = None
    """Stop after so many minutes of training, resumed parts included. Unset: no limit."""
    max_cpu_minutes: float | None = None
    """Stop after so many minutes of the processor's time, of all threads together, resumed parts
    included: a budget that another program on the machine does not shorten. Unset: no limit."""
    resume: bool = False
    """Go on from the newest checkpoint in `out`."""
    batch: int = 64
    """Pictures a step and process."""
    group: int = 8
    """Neighbours in a batch that share a class; the batch is a multiple of it."""
    together: int = 1
    """Classes that are drawn of one latent and judged as a set too, where pictures belong together
    as the letters of typefaces do; the batch is a multiple of it times the group."""
    learning_rate: float = 2e-4
    """Adam's step size, for both networks."""
    beta1: float = 0.5
    """Adam's first momentum."""
    beta2: float = 0.99
    """Adam's second momentum."""
    learning_rate_end: float = 0.0
    """Over this last share of the budget the step size falls evenly to a twentieth."""
    loss: Loss = "non_saturating"
    """non_saturating: Goodfellow et al. 2014, one picture at a time. relativistic: each made
    picture against a real one of its class (Jolicoeur-Martineau 2018; Huang et al. 2024), meant to
    be used with `--r2-gamma`."""
    r1_gamma: float = 0.05
    """Weight of the penalty on the discriminator's gradient at real pictures."""
    r2_gamma: float = 0.0
    """Weight of the same penalty at made pictures."""
    r1_every: int = 16
    """Steps between penalties; each counts as many times as the steps it stands for."""
    average_images: float = 10_000.0
    """Half-life of the weights' moving average, in images."""
    augment: tuple[Change, ...] = ()
    """Changes on all pictures that the discriminator sees: colour, translation, cutout (Zhao et al.
    2020). For sets of few thousand pictures; with many they only slow learning down."""
    data: DataConfig = field(default_factory=DataConfig)
    """The pictures."""
    network: NetworkConfig = field(default_factory=NetworkConfig)
    """The networks' sizes."""
    engine: EngineConfig = field(default_factory=EngineConfig)
    """Devices, precision, processes."""
    report: ReportConfig = field(default_factory=ReportConfig)
    """Logs, sheets, checkpoints."""


def default_config(recipe: str) -> GanConfig:
    """What a recipe's settings are unless others are given: those that measured best with it.

    `out` is a stand-in, as every run has its own.
    """
    config = GanConfig(out=Path("run"))
    if recipe != "style":
        return config
    return dataclasses.replace(
        config,
        recipe="style",
        batch=32,
        group=4,
        learning_rate=4e-4,
        learning_rate_end=0.15,
        beta1=0.0,
        loss="relativistic",
        r1_gamma=0.2,
        r2_gamma=0.2,
        r1_every=8,
        network=NetworkConfig(
            minimum_width=64,
            refined_sizes=(16, 32),
            discriminator_width=48,
        ),
    )


def recipe_of(arguments: Sequence[str]) -> str:
    """The recipe that a command line names, before its other words are read.

    The words that stand for unset values depend on it. Empty where it names none that exists; the
    command line's own reader says what is wrong then.
    """
    named = ""
    for word, following in itertools.pairwise((*arguments, "")):
        option, given, value = word.partition("=")
        if option == "--recipe":
            named = value if given else following
    return named


def check_config(config: GanConfig) -> None:
    """Refuse impossible settings before anything is read or made."""
    if config.resolution not in SUPPORTED_RESOLUTIONS:
        raise TrainingError(
            f"--resolution {config.resolution}: the {config.recipe} recipe is made for "
            f"{' and '.join(map(str, SUPPORTED_RESOLUTIONS))} pixels."
        )
    if min(config.group, config.batch, config.together) < 1 or config.batch % (
        config.group * config.together
    ):
        times = f" times --together {config.together}" if config.together != 1 else ""
        raise TrainingError(
            f"--batch {config.batch}: must be a positive multiple of --group {config.group}{times}."
        )
    sizes = {
        f"network.{name}": value
        for name, value in dataclasses.asdict(config.network).items()
        if name not in ("refined_sizes", "group_deviation")
    }
    for name, value in {"r1_every": config.r1_every, **sizes}.items():
        if value < 1:
            raise TrainingError(f"--{name.replace('_', '-')} {value}: must be at least 1.")
    for size in config.network.refined_sizes:
        if size not in (4, 8, 16, 32) or size >= config.resolution:
            raise TrainingError(
                f"--network.refined-sizes {size}: must be 4, 8, 16 or 32, and below --resolution."
            )
    if not 0 <= config.learning_rate_end <= 1:
        raise TrainingError(f"--learning-rate-end {config.learning_rate_end}: must be from 0 to 1.")
    for change in config.augment:
        if change not in CHANGES:
            raise TrainingError(f"--augment {change}: there are {', '.join(CHANGES)}.")
    if not config.learning_rate > 0:
        raise TrainingError(f"--learning-rate {config.learning_rate}: must be above 0.")
    if not 0 <= config.data.held_out < 1:
        raise TrainingError(f"--data.held-out {config.data.held_out}: must be from 0 to below 1.")


_NEWER = {
    "loss": "non_saturating",
    "r2_gamma": 0.0,
    "augment": (),
    "learning_rate_end": 0.0,
    "together": 1,
}
"""Settings that came later, with what earlier runs did; only another value makes another run."""


def identity(
    config: GanConfig, *, data_key: str, world_size: int, precision: str
) -> dict[str, str]:
    """The settings that a resumed run must share with the one that it continues."""
    network = {f"network.{k}": v for k, v in dataclasses.asdict(config.network).items()}
    if config.recipe != "style":
        network = {name: value for name, value in network.items() if name not in STYLE_ONLY}
    if config.network.group_deviation:
        del network["network.group_deviation"]  # as in all earlier runs
    newer = {
        name: getattr(config, name)
        for name, usual in _NEWER.items()
        if getattr(config, name) != usual
    }
    own = newer | {
        name: getattr(config, name)
        for name in (
            "recipe",
            "resolution",
            "seed",
            "batch",
            "group",
            "learning_rate",
            "beta1",
            "beta2",
            "r1_gamma",
            "r1_every",
            "average_images",
        )
    }
    run = {"data": data_key, "processes": world_size, "precision": precision}
    return {name: str(value) for name, value in {**own, **network, **run}.items()}


def config_to_json(config: GanConfig) -> str:
    """The whole configuration, for the record."""
    return json.dumps(dataclasses.asdict(config), default=str, indent=2, sort_keys=True)


def config_command(stored: Mapping[str, object]) -> str:
    """The command line that makes this run again; `stored` is what `config_to_json` wrote.

    How often a run spoke changes nothing of what it learnt, so it is left out.
    """
    recipe = str(stored.get("recipe", ""))
    words = "python -m training gan" + (f" --recipe {recipe}" if recipe != "dcgan" else "")
    return command_line(
        f"{words} --out runs/{Path(str(stored.get('out', 'run'))).name}",
        {name: value for name, value in stored.items() if name != "report"},
        json.loads(config_to_json(default_config(recipe))),
        skipped={"out", "recipe", "resume", "data.cache", "data.processes", "engine.threads"},
    )
