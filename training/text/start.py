"""What a fine-tuning begins with: a checkpoint of another run, or a GGUF file of others."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tokenizers import Tokenizer

from studio.contract.errors import AtelierError
from studio.graphs.gguf import read_gguf
from studio.graphs.llama import plan_decoder
from training.errors import TrainingError
from training.text.config import TextConfig
from training.text.model import TextNetwork, TextNetworkConfig
from training.text.restore import restore_text
from training.text.vocabulary import open_tokenizer
from training.text.weights import load_weights, network_config


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A trained network in waiting."""

    network: TextNetworkConfig
    """Its shape; of the run's own settings only the context counts."""
    vocabulary: int
    """Rows of its embedding; more than the tokenizer's tokens where they were padded."""
    tokenizer: Tokenizer
    load: Callable[[TextNetwork], None]
    """Gives a network of this shape the weights."""


def open_start(config: TextConfig) -> Start:
    """What `config.start` names."""
    path = config.start
    assert path is not None
    if not path.is_file():
        raise TrainingError(f"--start {path}: there is no such file.")
    if path.suffix.lower() == ".gguf":
        return _open_gguf(path, config)
    run = restore_text(path.parent, checkpoint=path, texts=False)
    context = min(config.network.context, run.network.config.context)
    return Start(
        network=replace(run.network.config, context=context),
        vocabulary=run.network.vocabulary,
        tokenizer=run.tokenizer,
        load=lambda network: _copy(run.network, network),
    )


def _open_gguf(path: Path, config: TextConfig) -> Start:
    if config.start_tokenizer is None:
        raise TrainingError(
            f"--start {path}: --start-tokenizer is needed too, the model's tokenizer.json."
        )
    tokenizer = open_tokenizer(config.start_tokenizer)
    try:
        with read_gguf(path) as file:
            shape, _ = plan_decoder(file)
    except AtelierError as error:
        raise TrainingError(str(error)) from error
    if tokenizer.get_vocab_size() > shape.vocabulary:
        raise TrainingError(
            f"{config.start_tokenizer}: has {tokenizer.get_vocab_size():,} tokens and the model "
            f"{shape.vocabulary:,}; it is the tokenizer of another model."
        )

    def load(network: TextNetwork) -> None:
        with read_gguf(path) as file:
            load_weights(network, plan_decoder(file)[1])

    return Start(
        network=network_config(shape, context=config.network.context, file=path),
        vocabulary=shape.vocabulary,
        tokenizer=tokenizer,
        load=load,
    )


def _copy(source: TextNetwork, target: TextNetwork) -> None:
    target.load_state_dict(source.state_dict())
