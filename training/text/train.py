"""The loop around a text model's training: budgets, checkpoints, validation and reports."""

import math
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from training.checkpoints import write_atomically
from training.data.dataset import explain_write_errors
from training.engine import Engine, StopRequest, stop_on_signals
from training.errors import TrainingError
from training.progress import RunLog, spoken_time
from training.run_folder import RunRecord, open_run_folder, versions_of, write_config
from training.text.config import TextConfig, check_config, config_to_json, identity
from training.text.corpus import Corpus, open_corpus
from training.text.model import parameter_count
from training.text.packed import PackedWindows
from training.text.sources import prepare_texts
from training.text.start import Start, open_start
from training.text.trainer import TextTrainer, nats_of
from training.text.vocabulary import (
    TOKENIZER_FILE,
    Tokens,
    encode_documents,
    end_id_of,
    list_characters,
    open_tokenizer,
    train_bpe,
)


def versions() -> dict[str, str]:
    """Versions of what the result depends on, for the record."""
    return versions_of("torch", "numpy", "lightning-fabric", "tokenizers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The corpus as tokens."""

    corpus: Corpus
    folder: Path
    tokenizer: Tokenizer
    end_id: int
    """The token after each text."""
    training: tuple[Tokens, ...]
    validation: tuple[Tokens, ...]


class TextRun:
    """The loop: budget, checkpoints and reports around a trainer."""

    def __init__(
        self,
        config: TextConfig,
        texts: Texts,
        engine: Engine,
        log: RunLog,
        stop: StopRequest,
        start: Start | None,
    ) -> None:
        self._config, self._texts, self._engine = config, texts, engine
        self._log, self._stop = log, stop
        try:
            windows = PackedWindows(
                texts.training,
                context=config.network.context,
                end_id=texts.end_id,
                seed=config.seed,
            )
        except ValueError as error:
            raise TrainingError(
                f"{config.data.path}: {error} of --network.context {config.network.context}."
            ) from error
        self.trainer = TextTrainer(
            config,
            windows,
            engine,
            vocabulary=start.vocabulary if start else texts.tokenizer.get_vocab_size(),
            begin=start.load if start else None,
        )
        self._pass_tokens = windows.tokens
        self._record = RunRecord(
            folder=config.out,
            config=config_to_json(config),
            identity=identity(
                config,
                data_key=texts.corpus.key,
                world_size=engine.world_size,
                precision=engine.precision,
            ),
            versions=versions(),
            data_folder=texts.folder,
            keep=config.report.keep_checkpoints,
        )

    def resume(self) -> None:
        """Continue from the newest readable checkpoint of this run."""
        path, state = self._record.resume(self._log.say, data="the texts")
        self.trainer.load(state)
        self._log.say(f"Continuing from {path.name} (step {self.trainer.step_number:,})")

    def prepare(self) -> None:
        """Say what will be trained, before step one."""
        trainer, texts, engine = self.trainer, self._texts, self._engine
        trained = sum(len(d.text.encode("utf-8")) for d in texts.corpus.part("training"))
        self._log.say(
            f"{texts.corpus.name}: {len(texts.training):,} texts, {trained / 1e6:.2f} MB, "
            f"{self._pass_tokens:,} tokens a pass ({trained / self._pass_tokens:.2f} bytes each); "
            f"{parameter_count(trainer.network):,} parameters; {trainer.steps:,} steps of "
            f"{self._config.batch * engine.world_size * self._config.network.context:,} tokens; "
            f"{engine.device}, {engine.precision}, {engine.threads} threads, "
            f"{engine.world_size} process(es)"
        )

    def train(self) -> bool:
        """Train to the budget; False when a person or the system asked to stop before it."""
        config, trainer = self._config, self.trainer
        tick = self._record.clock()
        saved = mark = tick()
        losses: list[float] = []
        while trainer.step_number < trainer.steps:
            if self._engine.any_process(bool(self._stop)):
                self._save()
                return False
            losses.append(trainer.step())
            now = tick()
            if not math.isfinite(losses[-1]):
                raise TrainingError(
                    f"{config.out}: the loss is no longer a number at step "
                    f"{trainer.step_number:,}; go on from the last checkpoint with a lower "
                    "--learning-rate in another --out."
                )
            if trainer.step_number % config.report.log_steps == 0:
                self._report(losses, now - mark)
                mark, losses = now, []
            last = trainer.step_number == trainer.steps
            every = config.report.validation_steps
            if last or (every and trainer.step_number % every == 0):
                self.validate()
                mark, losses = time.monotonic(), []
            if now - saved > config.report.checkpoint_minutes * 60:
                self._save()
                saved = time.monotonic()
        self._save()
        return True

    def _report(self, losses: list[float], seconds: float) -> None:
        trainer, config = self.trainer, self._config
        tokens = len(losses) * config.batch * config.network.context * self._engine.world_size
        rate = tokens / max(seconds, 1e-9)
        mean = float(np.mean(losses))
        left = (trainer.steps - trainer.step_number) / max(len(losses) / max(seconds, 1e-9), 1e-9)
        passes = trainer.tokens_seen / self._pass_tokens
        self._log.live(
            at=trainer.step_number,
            share=trainer.step_number / trainer.steps,
            text=f"loss {mean:.3f}, {rate:,.0f} tokens/s, {spoken_time(left)} left",
        )
        self._log.say(
            f"step {trainer.step_number:,} of {trainer.steps:,}, pass {passes:.2f}: loss "
            f"{mean:.3f}, {rate:,.0f} tokens/s, {spoken_time(left)} left"
        )
        self._write({"loss": mean, "speed/tokens_per_second": rate, "passes": passes})

    def _write(self, values: dict[str, float]) -> None:
        """Keep numbers, with the time that they took."""
        self._log.record(
            at=self.trainer.step_number,
            seconds=self._record.seconds,
            values={"cpu_seconds": round(self._record.cpu_seconds, 1), **values},
        )

    def validate(self) -> None:
        """Measure the averaged weights on the validation part, in bits a byte."""
        corpus, texts = self._texts.corpus, self._texts
        if not texts.validation or not self._engine.is_first:
            return
        context = self._config.network.context
        nats, count = 0.0, 0
        for document in texts.validation:
            tokens = torch.tensor([texts.end_id, *document], device=self._engine.device)
            taken = nats_of(
                self.trainer.averaged,
                tokens,
                stride=max(context // 2, 1),
                lower=self._engine.precision == "bf16-mixed",
            )
            nats += float(taken.double().sum())
            count += len(taken)
        size = len(corpus.joined(corpus.part("validation")))
        bits = nats / math.log(2) / size
        self._log.say(f"Validation: {bits:.4f} bits a byte, loss {nats / count:.3f}")
        self._write({"validation/bits_a_byte": bits, "validation/loss": nats / count})

    def _save(self) -> None:
        if self._engine.is_first:
            state = {**self.trainer.state(), "tokens": self.trainer.tokens_seen}
            path = self._record.save(self.trainer.step_number, state)
            self._log.say(f"Saved {path.name}")


def _open_run(config: TextConfig, start: Start | None, log: RunLog) -> Path:
    """Check, in the first process, everything that can be refused, and make the tokenizer."""
    check_config(config)
    folder, corpus = prepare_texts(config.data, log.say)
    with explain_write_errors(config.out, "the run"):
        open_run_folder(config.out, resume=config.resume)
        if not config.resume:
            if start is not None:
                tokenizer = start.tokenizer
            else:
                log.say("Making the tokenizer")
                make = train_bpe if config.tokenizer == "bpe" else list_characters
                tokenizer = make(corpus.part("training"), size=config.vocabulary)
            body = tokenizer.to_str(pretty=True).encode("utf-8")
            write_atomically(config.out / TOKENIZER_FILE, lambda file: file.write(body))
            write_config(config.out, config_to_json(config))
    return folder


def open_texts(folder: Path, tokenizer_file: Path, *, end_token: str) -> Texts:
    """The texts of a cache as the tokens of a run's tokenizer."""
    corpus, tokenizer = open_corpus(folder), open_tokenizer(tokenizer_file)
    end_id = end_id_of(tokenizer, end_token)
    return Texts(
        corpus=corpus,
        folder=folder,
        tokenizer=tokenizer,
        end_id=end_id,
        training=encode_documents(tokenizer, corpus.part("training"), end_id=end_id),
        validation=encode_documents(tokenizer, corpus.part("validation"), end_id=end_id),
    )


def train_text(config: TextConfig) -> int:
    """Run to the budget; return the command's exit code (0 done, 130 or 143 interrupted)."""
    engine = Engine(config.engine)
    engine.launch()
    log = RunLog(
        config.out,
        silent=not engine.is_first,
        tensorboard=config.report.tensorboard,
        unit="steps",
    )
    start = open_start(config) if config.start is not None else None
    if start is not None:
        config = replace(config, network=start.network)
    folder = engine.first_decides(lambda: str(_open_run(config, start, log)))
    stop = StopRequest()
    with log, explain_write_errors(config.out, "the run"):
        texts = open_texts(Path(folder), config.out / TOKENIZER_FILE, end_token=config.end_token)
        run = TextRun(config, texts, engine, log, stop, start)
        if config.resume:
            run.resume()
        run.prepare()
        with stop_on_signals(stop):
            done = run.train()
        if done:
            log.say(f"Done: {run.trainer.step_number:,} steps. The run is in {config.out}")
            return 0
        log.say("Stopped; to continue, repeat the command with --resume.")
        return 128 + (stop.signal_number or 2)
