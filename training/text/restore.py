"""A run as its checkpoint has it: the averaged network, the tokenizer, the texts."""

import json
from dataclasses import dataclass
from pathlib import Path

import msgspec
from tokenizers import Tokenizer

from training.checkpoints import load_checkpoint, load_newest
from training.data.dataset import SourceCredit
from training.errors import TrainingError
from training.text.corpus import Corpus, open_corpus
from training.text.lora import add_low_rank, merge_low_rank
from training.text.model import TextNetwork, TextNetworkConfig
from training.text.vocabulary import TOKENIZER_FILE, end_id_of, open_tokenizer


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoredText:
    """What a run's checkpoint holds."""

    checkpoint: Path
    config: dict[str, object]
    network: TextNetwork
    """The averaged weights, ready to be asked."""
    tokenizer: Tokenizer
    end_id: int
    """The token after each text."""
    corpus: Corpus
    tokens: int
    """Tokens that the run had seen."""
    seconds: float
    cpu_seconds: float
    versions: dict[str, str]


def restore_text(
    run: Path,
    *,
    checkpoint: Path | None = None,
    data_folder: Path | None = None,
    texts: bool = True,
) -> RestoredText:
    """The newest checkpoint of a run, or the one that is named; without its `texts` where only the
    network is asked for."""
    if checkpoint is None:
        checkpoint, state = load_newest(run, print)
    else:
        state = load_checkpoint(checkpoint)
    config = json.loads(str(state.get("config", "null")))
    averaged, versions = state.get("averaged"), state.get("versions")
    if not isinstance(config, dict) or not isinstance(averaged, dict):
        raise TrainingError(f"{checkpoint}: this checkpoint is not one of a text model.")
    tokenizer = open_tokenizer(run / TOKENIZER_FILE)
    network = TextNetwork(
        TextNetworkConfig(**config["network"]), vocabulary=len(averaged["embed_tokens.weight"])
    )
    if config["lora_rank"]:
        add_low_rank(network, rank=config["lora_rank"], scale=config["lora_scale"])
    network.load_state_dict(averaged)
    merge_low_rank(network)
    tokens, seconds, cpu_seconds = state["tokens"], state["seconds"], state["cpu_seconds"]
    assert isinstance(tokens, int)
    assert isinstance(seconds, float)
    assert isinstance(cpu_seconds, float)
    assert isinstance(versions, dict)
    return RestoredText(
        checkpoint=checkpoint,
        config=config,
        network=network.eval().requires_grad_(False),
        tokenizer=tokenizer,
        end_id=end_id_of(tokenizer, config["end_token"]),
        corpus=_corpus(data_folder or Path(str(state["data_folder"])), config["data"])
        if texts
        else Corpus(name="", separator="", documents=(), credits=()),
        tokens=tokens,
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        versions={str(name): str(value) for name, value in versions.items()},
    )


def _corpus(folder: Path, data: dict[str, str]) -> Corpus:
    """The texts, with what this run was told of those of a folder: others may share the cache."""
    corpus = open_corpus(folder)
    if data["source"] != "folder":
        return corpus
    told = SourceCredit(name=corpus.name, creator=data["credit"], licence=data["licence"])
    return msgspec.structs.replace(corpus, credits=(told,))
