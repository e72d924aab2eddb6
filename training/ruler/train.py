"""Trains the network in whose features models are measured."""

import dataclasses
import json
import math
import time
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.checkpoints import list_checkpoints, load_newest, remove_leftovers, save_checkpoint
from training.data.dataset import PictureSet, explain_write_errors, open_cache
from training.data.order import stream
from training.data.prepare import DataConfig, prepare_data
from training.engine import Engine, EngineConfig, StopRequest, stop_on_signals
from training.errors import TrainingError
from training.gan.diversity import to_signal
from training.progress import RunLog, spoken_time
from training.ruler.labels import NOT_ASKED, Head, LabelSet, label_pictures
from training.ruler.network import RulerNetwork

SUPPORTED_RESOLUTIONS = (16, 32, 64)
_ORDER, _SHIFT, _TURN = 1, 2, 3
_WARM_UP = 200
_MEASURING_BATCH = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class RulerConfig:
    """Everything that decides a ruler."""

    out: Path
    """The run's folder: checkpoints and logs."""
    resolution: int = 64
    """Side of the pictures, 16, 32 or 64 pixels; that of the models it is to measure."""
    seed: int = 0
    """Decides the initial weights and the order of the data."""
    max_images: int = 400_000
    """Stop after so many pictures seen; the step size falls to nothing over them."""
    resume: bool = False
    """Go on from the newest checkpoint in `out`."""
    batch: int = 128
    """Pictures a step and process."""
    learning_rate: float = 2e-3
    """AdamW's greatest step size."""
    weight_decay: float = 0.02
    """AdamW's pull of all weights towards nothing."""
    shift: int = 2
    """Pixels by which a picture is moved at most, so that it is not learnt by heart."""
    log_images: int = 20_000
    """Write loss and accuracy to the log every so many images."""
    checkpoint_minutes: float = 3.0
    """Save a checkpoint every so many minutes; one is always saved at the end."""
    data: DataConfig = field(default_factory=DataConfig)
    """The pictures. Best are ones that the models to be measured have not been trained on."""
    engine: EngineConfig = field(default_factory=EngineConfig)
    """Devices, precision, processes."""


class HeadScore(msgspec.Struct, frozen=True, kw_only=True):
    """How well one question is answered on held-out pictures."""

    name: str
    of: str = ""
    right: float
    """Share of right answers."""
    guessing: float
    """The share that the commonest answer alone would get right."""
    pictures: int


def answer_slices(heads: tuple[Head, ...]) -> list[slice]:
    """Where the logits of each head lie among all."""
    ends = np.cumsum([len(head.values) for head in heads])
    return [
        slice(int(end) - len(head.values), int(end)) for head, end in zip(heads, ends, strict=True)
    ]


def answering_loss(logits: Tensor, targets: Tensor, heads: tuple[Head, ...]) -> Tensor:
    """Mean cross-entropy over all questions asked, each in units of a blind guess.

    logits (batch, answers), targets int64 (batch, heads) with -1 where a question is not asked.
    In those units a question with two answers weighs as much as one with fifty.
    """
    total = logits.new_zeros(())
    for position, where in enumerate(answer_slices(heads)):
        loss = functional.cross_entropy(
            logits[:, where], targets[:, position], ignore_index=NOT_ASKED, reduction="sum"
        )
        total = total + loss / math.log(where.stop - where.start)
    return total / (targets != NOT_ASKED).sum().clamp(min=1)


def shift_pictures(
    pictures: npt.NDArray[np.uint8], random: np.random.Generator, *, most: int
) -> npt.NDArray[np.uint8]:
    """Each picture (batch, h, w, c) moved by up to `most` pixels each way, edges repeated."""
    if most == 0:
        return pictures
    height, width = pictures.shape[1:3]
    padded = np.pad(pictures, ((0, 0), (most, most), (most, most), (0, 0)), mode="edge")
    places = random.integers(0, 2 * most + 1, (len(pictures), 2))
    return np.stack(
        [
            picture[top : top + height, left : left + width]
            for picture, (top, left) in zip(padded, places, strict=True)
        ]
    )


def turn_pictures(
    pictures: npt.NDArray[np.uint8], turns: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint8]:
    """Each picture (batch, h, w, c) turned by so many right angles."""
    return np.stack([np.rot90(p, turn) for p, turn in zip(pictures, turns, strict=True)])


class RulerTrainer:
    """The network, its optimiser and the arithmetic of one step; no files, no clock."""

    def __init__(
        self, config: RulerConfig, data: PictureSet, labels: LabelSet, engine: Engine
    ) -> None:
        self._config, self._data, self._labels, self._engine = config, data, labels, engine
        self._training = data.training_indices()
        self.step_number = 0
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            network = build_network(data, labels.heads)
        self.network = network.to(engine.device)
        # torch's stub of Module.to lacks this argument.
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(),
            config.learning_rate,
            betas=(0.9, 0.99),
            weight_decay=config.weight_decay,
            fused=True,
        )
        self._epoch = -1
        self._order = self._training
        self._images_a_step = config.batch * engine.world_size
        self.steps = max(config.max_images // self._images_a_step, 1)

    @property
    def images(self) -> int:
        """Pictures seen so far by all processes."""
        return self.step_number * self._images_a_step

    def step_size(self) -> float:
        """The step size of this step: a straight rise, then half a cosine down to nothing."""
        warm_up = min(_WARM_UP, max(self.steps // 10, 1))
        if self.step_number < warm_up:
            return self._config.learning_rate * (self.step_number + 1) / warm_up
        share = (self.step_number - warm_up) / max(self.steps - warm_up, 1)
        return self._config.learning_rate * 0.5 * (1 + math.cos(math.pi * share))

    def _indices(self) -> npt.NDArray[np.int64]:
        """This process's pictures of this step: each epoch in an order of its own."""
        size, seed = self._config.batch, self._config.seed
        first = self.images + self._engine.rank * size
        chosen = []
        for position in range(first, first + size):
            epoch, offset = divmod(position, len(self._training))
            if self._epoch != epoch:
                self._order = stream(seed, _ORDER, epoch).permutation(self._training)
                self._epoch = epoch
            chosen.append(self._order[offset])
        return np.array(chosen)

    def step(self) -> float:
        """One update; returns the loss in units of a blind guess."""
        engine, config = self._engine, self._config
        indices = self._indices()
        pictures = self._data.images[indices]
        targets = self._labels.targets[indices].astype(np.int64)
        place = (config.seed, self.step_number, engine.rank)
        pictures = shift_pictures(pictures, stream(_SHIFT, *place), most=config.shift)
        if self._labels.turns_pictures:
            turns = stream(_TURN, *place).integers(0, 4, len(pictures))
            pictures, targets = turn_pictures(pictures, turns), turns[:, None]
        for group in self.optimiser.param_groups:
            group["lr"] = self.step_size()
        self.network.train()
        with engine.autocast():
            _, logits = self.network(
                to_signal(pictures).to(engine.device, memory_format=torch.channels_last)
            )
        loss = answering_loss(
            logits, torch.from_numpy(targets).to(engine.device), self._labels.heads
        )
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves Tensor.backward untyped
        engine.average_gradients(self.network)
        self.optimiser.step()
        self.step_number += 1
        return loss.item()

    def state(self) -> dict[str, object]:
        """All that the next step depends on."""
        return {
            "step": self.step_number,
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }

    def load(self, state: dict[str, object]) -> None:
        """Put back what `state()` gave."""
        step, network, optimiser = state["step"], state["network"], state["optimiser"]
        assert isinstance(step, int)
        assert isinstance(network, dict)
        assert isinstance(optimiser, dict)
        self.step_number = step
        self.network.load_state_dict(network)
        self.optimiser.load_state_dict(optimiser)


def build_network(data: PictureSet, heads: tuple[Head, ...]) -> RulerNetwork:
    """An untrained network for these pictures and questions."""
    return RulerNetwork(
        resolution=data.info.height,
        channels=data.info.channels,
        answers=sum(len(head.values) for head in heads),
    )


@torch.no_grad()
def score_heads(
    network: nn.Module, data: PictureSet, labels: LabelSet, *, device: torch.device
) -> tuple[HeadScore, ...]:
    """How often each question is answered rightly on held-out pictures, in 32 bits."""
    network.eval()
    indices = data.held_out_indices() if data.held_out.any() else data.training_indices()
    given, asked = [], []
    for first in range(0, len(indices), _MEASURING_BATCH):
        part = indices[first : first + _MEASURING_BATCH]
        pictures, targets = data.images[part], labels.targets[part].astype(np.int64)
        if labels.turns_pictures:
            turns = np.arange(first, first + len(part)) % 4
            pictures, targets = turn_pictures(pictures, turns), turns[:, None]
        _, logits = network(to_signal(pictures).to(device))
        given.append(
            np.stack(
                [logits[:, where].argmax(1).cpu().numpy() for where in answer_slices(labels.heads)],
                axis=1,
            )
        )
        asked.append(targets)
    answers, truth = np.concatenate(given), np.concatenate(asked)
    scores = []
    for position, head in enumerate(labels.heads):
        applies = truth[:, position] != NOT_ASKED
        count = int(applies.sum())
        right = truth[applies, position]
        scores.append(
            HeadScore(
                name=head.name,
                of=head.of,
                right=float((answers[applies, position] == right).mean()) if count else 0.0,
                guessing=float(np.bincount(right).max() / count) if count else 0.0,
                pictures=count,
            )
        )
    return tuple(scores)


def _open_run(config: RulerConfig, log: RunLog) -> PictureSet:
    """Check, in the first process, everything that can be refused before the first step."""
    if config.resolution not in SUPPORTED_RESOLUTIONS:
        raise TrainingError(
            f"--resolution {config.resolution}: a ruler is made for "
            f"{', '.join(map(str, SUPPORTED_RESOLUTIONS))} pixels."
        )
    for name, value in (("batch", config.batch), ("max-images", config.max_images)):
        if value < 1:
            raise TrainingError(f"--{name} {value}: must be at least 1.")
    if config.shift < 0:
        raise TrainingError(f"--shift {config.shift}: must be 0 or more.")
    data = prepare_data(config.data, resolution=config.resolution, say=log.say)
    with explain_write_errors(config.out, "the run"):
        config.out.mkdir(parents=True, exist_ok=True)
        if list_checkpoints(config.out) and not config.resume:
            raise TrainingError(
                f"{config.out}: this folder already holds a run; pass --resume to continue it, or "
                "another --out."
            )
        remove_leftovers(config.out)
    return data


def config_to_json(config: RulerConfig) -> str:
    """The whole configuration, for the record."""
    return json.dumps(dataclasses.asdict(config), default=str, indent=2, sort_keys=True)


def _identity(config: RulerConfig, data: PictureSet, engine: Engine) -> dict[str, str]:
    """The settings that a resumed run must share with the one that it continues."""
    names = (
        "resolution",
        "seed",
        "max_images",
        "batch",
        "learning_rate",
        "weight_decay",
        "shift",
    )
    own = {name: str(getattr(config, name)) for name in names}
    run = {"processes": str(engine.world_size), "precision": engine.precision}
    return {**own, **run, "data": data.info.key}


def train_ruler(config: RulerConfig) -> int:
    """Train to the budget; return the command's exit code (0 done, 130 or 143 interrupted)."""
    engine = Engine(config.engine)
    engine.launch()
    log = RunLog(config.out, silent=not engine.is_first, tensorboard=False)
    folder = engine.first_decides(lambda: str(_open_run(config, log).folder))
    data = open_cache(Path(folder))
    log.say(f"Finding the labels of {data.info.count:,} pictures")
    labels = label_pictures(data)
    with log, explain_write_errors(config.out, "the run"), stop_on_signals(StopRequest()) as stop:
        trainer = RulerTrainer(config, data, labels, engine)
        identity = _identity(config, data, engine)
        seconds = 0.0
        if config.resume:
            path, state = load_newest(config.out, log.say)
            if state.get("identity") != identity:
                raise TrainingError(
                    f"{path}: this checkpoint is of another ruler; use its settings or another "
                    "--out."
                )
            trainer.load(state)
            stored = state["seconds"]
            assert isinstance(stored, float)
            seconds = stored
        log.say(
            f"{data.info.name}: {len(labels.heads)} questions with "
            f"{sum(len(head.values) for head in labels.heads)} answers; {engine.device}, "
            f"{engine.precision}, {engine.threads} threads"
        )

        def save(scores: tuple[HeadScore, ...]) -> None:
            state = {
                **trainer.state(),
                "identity": identity,
                "seconds": seconds,
                "config": config_to_json(config),
                "data_folder": str(data.folder),
                "heads": msgspec.json.encode(labels.heads).decode("utf-8"),
                "scores": msgspec.json.encode(scores).decode("utf-8"),
            }
            if engine.is_first:
                save_checkpoint(config.out, at=trainer.images, state=state, keep=1)

        begun = saved = mark = time.monotonic()
        before, losses = seconds, []
        while trainer.step_number < trainer.steps:
            if engine.any_process(bool(stop)):
                save(())
                log.say("Stopped; to continue, repeat the command with --resume.")
                return 128 + (stop.signal_number or 2)
            losses.append(trainer.step())
            now = time.monotonic()
            seconds = before + now - begun
            if not math.isfinite(losses[-1]):
                raise TrainingError(
                    f"{config.out}: the loss is no longer a number; use a lower --learning-rate "
                    "in another --out."
                )
            size = config.batch * engine.world_size
            if trainer.images // config.log_images != (trainer.images - size) // config.log_images:
                rate = len(losses) * size / max(now - mark, 1e-9)
                left = (trainer.steps * size - trainer.images) / rate
                mean = float(np.mean(losses))
                log.say(
                    f"{trainer.images:,} images: loss {mean:.3f}, {rate:.0f} images/s, "
                    f"{spoken_time(left)} left"
                )
                log.record(at=trainer.images, seconds=seconds, values={"loss": mean})
                mark, losses = now, []
            if now - saved > config.checkpoint_minutes * 60:
                save(())
                saved = now
        scores = score_heads(trainer.network, data, labels, device=engine.device)
        save(scores)
        for score in scores:
            log.say(
                f"{score.of} {score.name}: {score.right:.1%} right "
                f"({score.guessing:.1%} by guessing)"
            )
    return 0
