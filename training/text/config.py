"""Everything that decides a text model's run."""

import dataclasses
import json
import math
import operator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from training.command_line import command_line
from training.engine import EngineConfig
from training.errors import TrainingError
from training.text.corpus import TextDataConfig
from training.text.model import TextNetworkConfig, check_network
from training.text.vocabulary import END_OF_TEXT

_COUNTS = ("batch", "micro_batch", "vocabulary", "report.log_steps", "report.keep_checkpoints")
_POSITIVE = ("passes", "learning_rate", "clip", "lora_scale")
_NOT_NEGATIVE = (
    "warm_up", "weight_decay", "average_steps", "lora_rank", "report.validation_steps",
    "report.checkpoint_minutes",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReportConfig:
    """What a run says of itself, and when."""

    log_steps: int = 20
    """Write loss and speed to the log every so many steps."""
    validation_steps: int = 200
    """Measure the validation part, in bits a byte, every so many steps. 0: only at the end."""
    checkpoint_minutes: float = 10.0
    """Save a checkpoint every so many minutes; one is always saved at the end."""
    keep_checkpoints: int = 3
    """Older ones are removed."""
    tensorboard: bool = False
    """Also write TensorBoard's event files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextConfig:
    """Train a text model."""

    out: Path
    """The run's folder: checkpoints, tokenizer and logs."""
    resume: bool = False
    """Go on from the newest checkpoint in `out`."""
    seed: int = 0
    """Decides the initial weights, the order of the data and what dropout drops."""
    tokenizer: Literal["bpe", "characters"] = "bpe"
    """bpe: byte-level byte-pair encoding. characters: one token a character."""
    vocabulary: int = 8192
    """Tokens at most."""
    passes: float = 10.0
    """Stop after the training text was read so often; the step size falls to its end over them."""
    batch: int = 24
    """Windows a step and process."""
    micro_batch: int = 8
    """Windows computed at once; the gradients of a step's micro-batches are added up."""
    optimiser: Literal["muon", "adamw"] = "muon"
    """muon: orthogonalised momentum for the blocks' matrices (Jordan et al. 2024), AdamW for all
    else; it learns more in each step than AdamW alone, for a tenth more time."""
    learning_rate: float = 3e-3
    """Greatest step size."""
    learning_rate_end: float = 0.0
    """Share of it that is left at the end."""
    warm_up: int = 100
    """Steps over which the step size rises from nothing."""
    weight_decay: float = 0.1
    """Pull of all matrices towards nothing."""
    clip: float = 1.0
    """Length of the gradient that is not exceeded."""
    dropout: float = 0.1
    """Share of numbers that is dropped after the embedding and each block's two parts."""
    average_steps: float = 50.0
    """Half-life, in steps, of the average of the weights that is measured and exported. 0: none."""
    start: Path | None = None
    """Fine-tune from this checkpoint of another run, or this GGUF file of others. Its network and
    tokenizer then stand in the place of the settings here, but for a shorter context. It must stay
    where it is until the run has ended."""
    start_tokenizer: Path | None = None
    """The tokenizer.json of a GGUF file."""
    end_token: str = END_OF_TEXT
    """The token after each text; of a GGUF file's tokenizer the one that ends a text there."""
    lora_rank: int = 0
    """With `start`: learn low-rank changes of the blocks' matrices alone, of this rank. 0: all
    weights are learnt."""
    lora_scale: float = 2.0
    """By which those changes are multiplied."""
    data: TextDataConfig = field(default_factory=TextDataConfig)
    """The texts."""
    network: TextNetworkConfig = field(default_factory=TextNetworkConfig)
    """The network."""
    report: TextReportConfig = field(default_factory=TextReportConfig)
    """What the run says of itself."""
    engine: EngineConfig = field(default_factory=EngineConfig)
    """Devices, precision, processes."""


def check_config(config: TextConfig) -> None:
    """Refuse settings that cannot be, before anything is read."""
    check_network(config.network)
    own, report = dataclasses.asdict(config), dataclasses.asdict(config.report)
    values = own | {f"report.{name}": value for name, value in report.items()}
    for names, compare, least in (
        (_COUNTS, operator.ge, 1),
        (_POSITIVE, operator.gt, 0),
        (_NOT_NEGATIVE, operator.ge, 0),
    ):
        for name in names:
            if not (compare(values[name], least) and math.isfinite(values[name])):
                wanted = "more than" if compare is operator.gt else "at least"
                option = name.replace("_", "-")
                raise TrainingError(f"--{option}: must be {wanted} {least}, and finite.")
    if not 0 <= config.dropout < 1:
        raise TrainingError(f"--dropout {config.dropout}: must be from 0 to below 1.")
    if not 0 <= config.learning_rate_end <= 1:
        raise TrainingError(f"--learning-rate-end {config.learning_rate_end}: must be from 0 to 1.")
    if config.start_tokenizer is not None and config.start is None:
        raise TrainingError("--start-tokenizer: needs --start, the GGUF file that it belongs to.")
    if config.lora_rank and config.start is None:
        raise TrainingError("--lora-rank: needs --start, a model whose weights it changes.")
    if config.batch % config.micro_batch:
        raise TrainingError(
            f"--batch {config.batch}: must be a multiple of --micro-batch {config.micro_batch}."
        )


def config_to_json(config: TextConfig) -> str:
    """The whole configuration, for the record."""
    return json.dumps(dataclasses.asdict(config), default=str, indent=2, sort_keys=True)


def config_command(stored: dict[str, object]) -> str:
    """The command that makes a run again, from its configuration as JSON."""
    default = json.loads(config_to_json(TextConfig(out=Path())))
    return command_line(
        "python -m training text",
        stored,
        default,
        skipped={"out", "resume", "data.cache", "report.tensorboard", "engine.threads"},
    )


def identity(
    config: TextConfig, *, data_key: str, world_size: int, precision: str
) -> dict[str, str]:
    """The settings that a resumed run must share with the one that it continues."""
    own = dataclasses.asdict(config)
    for free in ("out", "resume", "data", "report", "engine", "network"):
        own.pop(free)
    if config.start is not None:
        own["start"] = config.start.name
        own.pop("start_tokenizer")
    network = {f"network.{name}": v for name, v in dataclasses.asdict(config.network).items()}
    run = {"data": data_key, "processes": world_size, "precision": precision}
    return {name: str(value) for name, value in (own | network | run).items()}
