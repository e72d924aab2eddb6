"""What a run becomes for the studio: the manifest of an exported text model."""

from dataclasses import dataclass

from studio.contract.manifest import (
    DataSource,
    Golden,
    Graph,
    Label,
    Licence,
    Manifest,
    Measure,
    Tensor,
    Training,
    file_sha256,
)
from studio.contract.recipe import ControlValue
from studio.graphs.files import GRAPH_NAME
from training.parity import runtime_version
from training.text.config import config_command
from training.text.corpus import Corpus
from training.text.model import TextNetworkConfig
from training.text.restore import RestoredText
from training.text.vocabulary import TOKENIZER_FILE

GOLDEN_FILE = "golden.npz"
CARD_FILE = "CARD.md"
BITS_METHOD = (
    "bits that the model needs for each byte of texts that were not trained on, the end of each "
    "text included; each token is judged with at least half of the context before it"
)
_FREE = {"public domain", "MIT", "Apache-2.0", "CC0-1.0", "CC0 1.0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TextNaming:
    """What the maker of a model says of it."""

    id: str
    version: str
    title: Label
    description: Label
    """An empty text becomes one made from the data's name."""


def text_licence(corpus: Corpus) -> Licence:
    """What may be done with the texts, as far as the data's licences say."""
    licences = sorted({credit.licence for credit in corpus.credits})
    credit = "; ".join(
        f"{c.name} by {c.creator} ({c.licence})" if c.creator else f"{c.name} ({c.licence})"
        for c in corpus.credits
    )
    listed = ", ".join(licences)
    if set(licences) <= _FREE:
        return Licence(
            spdx="Apache-2.0",
            credit=credit,
            sentence=Label(
                en="You may use and sell what you write with it; the texts that it was trained on "
                "are free of rights.",
                zh="您可以使用和出售用它写成的文字；其训练文本不受版权限制。",
            ),
        )
    if licences == ["own"]:
        return Licence(
            spdx="LicenseRef-own",
            credit=credit,
            sentence=Label(
                en="It was trained on its maker's own texts: the maker decides what may be done "
                "with what it writes.",
                zh="它由作者自己的文字训练而成：用它写成的文字可作何用途，由作者决定。",
            ),
        )
    return Licence(
        spdx="LicenseRef-training-data",
        credit=credit,
        sentence=Label(
            en=f"Its training texts are under {listed}: check what that allows before you share "
            "or sell what you write with it. It may repeat passages of them.",
            zh=f"训练文本的许可为 {listed}：分享或出售作品之前，请先确认许可范围。"
            "它可能重复其中的段落。",
        ),
    )


def _graph(config: TextNetworkConfig, vocabulary: int, sha256: str) -> Graph:
    heads, width = config.kv_heads, config.width // config.heads

    def cache(prefix: str, length: str) -> tuple[Tensor, ...]:
        return tuple(
            Tensor(
                name=f"{prefix}.{layer}.{part}",
                dtype="float32",
                shape=("batch", heads, length, width),
            )
            for layer in range(config.layers)
            for part in ("key", "value")
        )

    return Graph(
        file=GRAPH_NAME,
        sha256=sha256,
        inputs=(
            Tensor(name="input_ids", dtype="int64", shape=("batch", "sequence")),
            Tensor(name="attention_mask", dtype="int64", shape=("batch", "total")),
            Tensor(name="num_logits_to_keep", dtype="int64", shape=()),
            *cache("past_key_values", "past"),
        ),
        outputs=(
            Tensor(name="logits", dtype="float32", shape=("batch", "kept", vocabulary)),
            *cache("present", "total"),
        ),
    )


def make_text_manifest(
    naming: TextNaming,
    run: RestoredText,
    *,
    graph_sha256: str,
    golden_sha256: str,
    bits_a_byte: float,
    data_sha256: str,
) -> Manifest:
    """The manifest of a run's exported model; the hashes are those of its files."""
    corpus, network = run.corpus, run.network
    seed = run.config["seed"]
    assert isinstance(seed, int)
    return Manifest(
        id=naming.id,
        kind="text",
        version=naming.version,
        title=naming.title,
        description=Label(
            en=naming.description.en or f"Continues texts in the manner of {corpus.name}.",
            zh=naming.description.zh or f"按照 {corpus.name} 的风格续写文字。",
        ),
        limits=Label(
            en="It knows nothing but the manner of its training texts, sees "
            f"{network.config.context} tokens at most, follows no instructions and loses the "
            "thread after some sentences; what it says is not true.",
            zh=f"它只会模仿训练文本的风格，最多看到 {network.config.context} 个词元，不听从指令，"
            "几句之后便会偏离思路；它所说的并非事实。",
        ),
        licence=text_licence(corpus),
        graphs={"decoder": _graph(network.config, network.vocabulary, graph_sha256)},
        vocabulary=TOKENIZER_FILE,
        training=Training(
            recipe="text",
            command=config_command(run.config),
            data=tuple(
                DataSource(name=c.name, licence=c.licence, credit=c.creator) for c in corpus.credits
            ),
            seed=seed,
            samples_seen=run.tokens,
            seconds=round(run.seconds, 1),
            config={
                **_flat(run.config),
                "cpu_seconds": round(run.cpu_seconds, 1),
                "data.key": corpus.key,
                "weights_sha256": data_sha256,
            },
            versions={**run.versions, "onnxruntime": runtime_version()},
            checkpoint_sha256=file_sha256(run.checkpoint),
        ),
        quality=(
            Measure(
                name="bits a byte",
                value=round(bits_a_byte, 4),
                of="watched texts",
                unit="bits",
                method=BITS_METHOD,
            ),
        ),
        golden=Golden(file=GOLDEN_FILE, sha256=golden_sha256, tolerance=1),
        card=CARD_FILE,
    )


def _flat(config: dict[str, object], prefix: str = "") -> dict[str, ControlValue | None]:
    """The configuration one level deep, without folders of the machine that trained."""
    flat: dict[str, ControlValue | None] = {}
    for key, value in config.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            flat |= _flat(value, f"{name}.")
        elif isinstance(value, list):
            flat[name] = ",".join(map(str, value))
        elif name not in {"out", "data.path", "data.cache", "resume", "start"} and (
            value is None or isinstance(value, str | int | float | bool)
        ):
            flat[name] = value
    return flat
