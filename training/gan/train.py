"""The loop around GAN training: budgets, checkpoints, sheets and reports."""

import dataclasses
import math
import time
from pathlib import Path

import numpy as np
import torch

from training.data.dataset import PictureSet, explain_write_errors, open_cache, require_space
from training.data.prepare import prepare_data
from training.engine import Engine, StopRequest, stop_on_signals
from training.errors import TrainingError
from training.gan.config import GanConfig, check_config, config_to_json, identity
from training.gan.diversity import TrainedClassifier, data_spread, load_classifier
from training.gan.frechet import FrechetReference
from training.gan.measure import measure_diversity
from training.gan.model import parameter_count
from training.gan.recipes import make_networks
from training.gan.sheets import class_sheet, save_png, seed_sheet
from training.gan.trainer import GanTrainer
from training.progress import RunLog, spoken_time
from training.run_folder import RunRecord, open_run_folder, versions_of, write_config

SHEETS_FOLDER = "sheets"
MILESTONES = ((50_000, "first shapes"), (300_000, "clean pictures"))
"""What was seen after how many images in runs on avatars and clothes; other pictures differ."""


def versions() -> dict[str, str]:
    """Versions of what the result depends on, for the record."""
    return versions_of("torch", "numpy", "lightning-fabric")


class GanRun:
    """The loop: budgets, checkpoints, sheets and reports around a trainer."""

    def __init__(
        self, config: GanConfig, data: PictureSet, engine: Engine, log: RunLog, stop: StopRequest
    ) -> None:
        self._config = config
        self._data = data
        self._engine = engine
        self._log = log
        self._stop = stop
        self._trainer = GanTrainer(config, data, engine)
        self._record = RunRecord(
            folder=config.out,
            config=config_to_json(config),
            identity=identity(
                config,
                data_key=data.info.key,
                world_size=engine.world_size,
                precision=engine.precision,
            ),
            versions=versions(),
            data_folder=data.folder,
            keep=config.report.keep_checkpoints,
        )
        self._classifier: TrainedClassifier | None = None
        self._spreads: tuple[float, ...] = ()
        self._reference: FrechetReference | None = None
        self._advised = False

    @property
    def trainer(self) -> GanTrainer:
        """What is being trained."""
        return self._trainer

    def resume(self) -> None:
        """Continue from the newest readable checkpoint of this run."""
        path, state = self._record.resume(self._log.say, data="the pictures")
        self._trainer.load(state)
        self._log.say(f"Continuing from {path.name} ({self._trainer.images:,} images seen)")

    def prepare(self) -> None:
        """Say what will be trained and make the measuring classifier, all before step one."""
        trainer, info = self._trainer, self._data.info
        self._log.say(
            f"{info.name}: {info.count - info.held_out:,} pictures of {info.height}x{info.width}x"
            f"{info.channels} in {len(info.classes)} classes; generator "
            f"{parameter_count(trainer.generator):,} and discriminator "
            f"{parameter_count(trainer.discriminator):,} parameters; {self._engine.device}, "
            f"{self._engine.precision}, {self._engine.threads} threads, "
            f"{self._engine.world_size} process(es)"
        )
        report = self._config.report
        if self._engine.is_first and report.diversity_samples:
            self._log.say("Making the classifier that measures diversity, once for these pictures")
            self._classifier = load_classifier(self._data, pictures=report.classifier_images)
            self._spreads = data_spread(
                self._classifier, self._data, count=report.diversity_samples
            )
            self._log.say(
                f"Measuring classifier: right on {self._classifier.accuracy:.1%} of held-out "
                "pictures"
            )
            if report.frechet_samples:
                self._reference = FrechetReference(
                    self._classifier, self._data, samples=report.frechet_samples
                )
        self._engine.barrier()

    def train(self) -> bool:
        """Train to the budget; False when a person or the system asked to stop before it."""
        config, trainer = self._config, self._trainer
        tick = self._record.clock()
        saved = mark_time = tick()
        mark_images = trainer.images
        sums: dict[str, list[float]] = {}
        while not self._finished():
            if self._engine.any_process(bool(self._stop)):
                self._save()
                return False
            trainer.pace(self._share())
            losses = trainer.step()
            now = tick()
            if not math.isfinite(losses.generator + losses.discriminator):
                raise TrainingError(
                    f"{config.out}: the loss is no longer a number after {trainer.images:,} "
                    "images; go on from the last checkpoint with a lower --learning-rate in "
                    "another --out."
                )
            for name, value in dataclasses.asdict(losses).items():
                if not math.isnan(value):
                    sums.setdefault(name, []).append(value)
            rate = (trainer.images - mark_images) / max(now - mark_time, 1e-9)
            if trainer.step_number % 10 == 0:
                self._log.live(
                    at=trainer.images,
                    share=self._share(),
                    text=f"G {losses.generator:.2f} D {losses.discriminator:.2f} "
                    f"{rate:.0f} images/s, {self._left(rate)}",
                )
            if self._due(config.report.log_images):
                means = {name: float(np.mean(values)) for name, values in sums.items()}
                sums.clear()
                mark_time, mark_images = now, trainer.images
                self._report(means, rate)
            if self._due(config.report.sheet_images):
                self._draw_sheets()
            if self._due(config.report.diversity_images):
                self.report_diversity()
            if now - saved > config.report.checkpoint_minutes * 60:
                self._save()
                saved = time.monotonic()
        if not self._due(config.report.sheet_images):
            self._draw_sheets()
        if not self._due(config.report.diversity_images):
            self.report_diversity()
        self._save()
        return True

    def _finished(self) -> bool:
        out_of_images = (
            self._config.max_images is not None and self._trainer.images >= self._config.max_images
        )
        out_of_time = (
            self._config.max_minutes is not None
            and self._record.seconds >= self._config.max_minutes * 60
        )
        out_of_computing = (
            self._config.max_cpu_minutes is not None
            and self._record.cpu_seconds >= self._config.max_cpu_minutes * 60
        )
        return out_of_images or self._engine.any_process(out_of_time or out_of_computing)

    def _share(self) -> float:
        """How much of the budget is used, the tighter one counting."""
        shares = [0.0]
        if self._config.max_images:
            shares.append(self._trainer.images / self._config.max_images)
        if self._config.max_minutes:
            shares.append(self._record.seconds / (self._config.max_minutes * 60))
        if self._config.max_cpu_minutes:
            shares.append(self._record.cpu_seconds / (self._config.max_cpu_minutes * 60))
        return max(shares)

    def _left(self, rate: float) -> str:
        left = []
        if self._config.max_images is not None:
            left.append((self._config.max_images - self._trainer.images) / max(rate, 1e-9))
        if self._config.max_minutes is not None:
            left.append(self._config.max_minutes * 60 - self._record.seconds)
        if self._config.max_cpu_minutes is not None and self._record.cpu_seconds > 0:
            computing = self._config.max_cpu_minutes * 60 - self._record.cpu_seconds
            left.append(computing * self._record.seconds / self._record.cpu_seconds)
        return f"{spoken_time(min(left))} left" if left else "no limit"

    def _due(self, every: int) -> bool:
        """Whether the step just done crossed a multiple of `every` images."""
        size = self._config.batch * self._engine.world_size
        return every > 0 and self._trainer.images // every != (self._trainer.images - size) // every

    def _report(self, means: dict[str, float], rate: float) -> None:
        images = self._trainer.images
        penalty = f" R1 {means['penalty']:.2f}" if "penalty" in means else ""
        self._log.say(
            f"{images:,} images: G {means['generator']:.3f} D {means['discriminator']:.3f}"
            f"{penalty}, logits {means['real_logit']:+.2f} / "
            f"{means['fake_logit']:+.2f}, {rate:.0f} images/s, {self._left(rate)}"
        )
        if not self._advised and rate > 0:
            self._advised = True
            self._log.say(
                "At this speed "
                + ", ".join(
                    f"{what} take {spoken_time(count / rate)} ({count:,} images)"
                    for count, what in MILESTONES
                )
            )
        values = {f"loss/{name}": value for name, value in means.items()}
        values["speed/images_per_second"] = rate
        self._write(values)

    def _write(self, values: dict[str, float]) -> None:
        """Keep numbers, with what of the budget they took."""
        self._log.record(
            at=self._trainer.images,
            seconds=self._record.seconds,
            values={"cpu_seconds": round(self._record.cpu_seconds, 1), **values},
        )

    def _draw_sheets(self) -> None:
        if not self._engine.is_first:
            return
        folder = self._config.out / SHEETS_FOLDER
        ready = self._trainer.averaged.ready()
        images = self._trainer.images
        # Another class each time, so that over a run every class is seen with many seeds.
        label = images // max(self._config.report.sheet_images, 1) % ready.classes
        classes, seeds = class_sheet(ready), seed_sheet(ready, label)
        save_png(folder / f"{images:010d}-classes.png", classes)
        name = self._data.info.classes[label].id
        save_png(folder / f"{images:010d}-seeds-{name}.png", seeds)
        self._log.picture("classes", classes, at=images)
        self._log.picture(f"seeds/{name}", seeds, at=images)

    def report_diversity(self) -> None:
        """Measure and say how alive the latent is within each class, and how near to the data."""
        if self._classifier is None:
            return
        ready = self._trainer.averaged.ready()
        measured = measure_diversity(
            ready,
            self._classifier,
            self._data,
            self._spreads,
            samples=self._config.report.diversity_samples,
        )
        self._log.say(
            "Diversity within a class, as a share of the data's: "
            + ", ".join(f"{m.class_id} {m.ratio:.2f}" for m in measured)
        )
        values = {f"diversity/{m.class_id}": m.ratio for m in measured}
        values |= {f"recognised/{m.class_id}": m.right for m in measured}
        if self._reference is not None:
            distance = self._reference.distance(ready)
            self._log.say(f"FD, own classifier: {distance:.1f}")
            values["frechet/own_classifier"] = distance
        self._write(values)
        dying = [m.class_id for m in measured if m.dying]
        if dying:
            self._log.warn(f"the latent is dying: samples hardly differ in {', '.join(dying)}.")

    def _save(self) -> None:
        """Write a checkpoint from the first process.

        Without a barrier: each process has its own clock, and one that waited while the others
        trained on would wait for ever.
        """
        if self._engine.is_first:
            path = self._record.save(self._trainer.images, self._trainer.state())
            self._log.say(f"Saved {path.name}")


def _open_run(config: GanConfig, log: RunLog) -> PictureSet:
    """Check, in the first process, everything that can be refused before the first step."""
    check_config(config)
    data = prepare_data(config.data, resolution=config.resolution, say=log.say)
    if len(data.training_indices()) < config.group:
        raise TrainingError(
            f"{config.data.path or data.folder}: {len(data.training_indices())} pictures are too "
            f"few to train on; at least {config.group} are needed."
        )
    if config.together > 1 and config.together > data.set_table().shape[1]:
        raise TrainingError(
            f"--together {config.together}: the pictures have {len(data.info.classes)} classes."
        )
    with explain_write_errors(config.out, "the run"):
        open_run_folder(config.out, resume=config.resume)
        (config.out / SHEETS_FOLDER).mkdir(exist_ok=True)
        require_space(config.out, _checkpoint_bytes(config) * 5, "the run's checkpoints")
        if not config.resume:
            write_config(config.out, config_to_json(config))
    return data


def _checkpoint_bytes(config: GanConfig) -> int:
    """A generous estimate of one checkpoint: weights, average and two Adam moments of each."""
    with torch.device("meta"):
        networks = make_networks(
            config.recipe,
            resolution=config.resolution,
            channels=3,
            classes=64,
            group=config.group,
            config=config.network,
        )
    generator, discriminator = map(parameter_count, (networks.generator, networks.discriminator))
    return 4 * (4 * generator + 3 * discriminator)


def train_gan(config: GanConfig) -> int:
    """Run to the budget; return the command's exit code (0 done, 130 or 143 interrupted)."""
    engine = Engine(config.engine)
    engine.launch()
    log = RunLog(
        config.out,
        silent=not engine.is_first,
        tensorboard=config.report.tensorboard,
    )
    folder = engine.first_decides(lambda: str(_open_run(config, log).folder))
    stop = StopRequest()
    with log, explain_write_errors(config.out, "the run"):
        run = GanRun(config, open_cache(Path(folder)), engine, log, stop)
        if config.resume:
            run.resume()
        run.prepare()  # an interrupt ends this at once: there is nothing to save yet
        with stop_on_signals(stop):
            done = run.train()
        if done:
            log.say(f"Done: {run.trainer.images:,} images. Sheets are in {config.out}")
            return 0
        log.say(
            f"Stopped after {run.trainer.images:,} images; to continue, repeat the command with "
            "--resume."
        )
        return 128 + (stop.signal_number or 2)
