"""What a run becomes for the studio: the parts of the manifest of an exported generator."""

import math
from dataclasses import dataclass
from typing import Literal

import msgspec

from studio.contract.manifest import (
    Choice,
    Control,
    DataSource,
    Golden,
    Graph,
    HalfPrecision,
    Label,
    LatentSpace,
    Licence,
    Manifest,
    Measure,
    StyleSpace,
    Tensor,
    Training,
    file_sha256,
    needed_manifest_schema,
)
from training.data.dataset import DatasetInfo
from training.data.typefaces import AENIGMA_CREDIT
from training.gan.config import config_command
from training.gan.diversity import ClassDiversity, TrainedClassifier
from training.gan.frechet import FRECHET_METHOD
from training.gan.measure import DIVERSITY_METHOD, noise_maximum
from training.gan.model import PictureGenerator
from training.gan.restore import RestoredRun
from training.gan.style_model import StyleGenerator
from training.parity import runtime_version

TOLERANCE = 1
GOLDEN_FILE = "golden.npz"
CARD_FILE = "CARD.md"
MAXIMUM_TRUNCATION = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What the maker of a model says of it."""

    id: str
    version: str
    title: Label
    description: Label
    """An empty text becomes one made from the data's name."""
    pixel_art: bool
    truncation: float


def graph_file(role: str) -> str:
    """Name of the file of the graph with this role."""
    return f"{role}.onnx"


def licence_of(info: DatasetInfo) -> Licence:
    """What may be done with the pictures, as far as the data's licences say."""
    permissive = {"MIT", "CC0 1.0", "CC0-1.0"}
    licences = sorted({credit.licence for credit in info.credits})
    to_credit = sorted({c.creator for c in info.credits if c.licence == AENIGMA_CREDIT.licence})
    credit = "; ".join(
        dict.fromkeys(
            f"{c.name} by {c.creator} ({c.licence})" if c.creator else f"{c.name} ({c.licence})"
            for c in info.credits
        )
    )
    listed = ", ".join(licences)
    if set(licences) <= permissive:
        return Licence(
            spdx="Apache-2.0",
            credit=credit,
            sentence=Label(
                en="You may use and sell what you make with it. Its training data are under "
                f"{listed}; naming their makers is kind.",
                zh=f"您可以使用和出售用它制作的作品。训练数据的许可为 {listed}；建议注明数据作者。",
            ),
        )
    if to_credit and set(licences) <= permissive | {AENIGMA_CREDIT.licence}:
        named = ", ".join(to_credit)
        return Licence(
            spdx="Apache-2.0",
            credit=credit,
            sentence=Label(
                en=f"You may use and sell what you make with it; credit {named}, whose typefaces "
                "it was trained on.",
                zh=f"您可以使用和出售用它制作的作品；请注明 {named}，它由其字体训练而成。",
            ),
        )
    if licences == ["own"]:
        return Licence(
            spdx="LicenseRef-own",
            credit=credit,
            sentence=Label(
                en="It was trained on its maker's own pictures: the maker decides what may be done "
                "with what it makes.",
                zh="它由作者自己的图片训练而成：用它制作的作品可作何用途，由作者决定。",
            ),
        )
    return Licence(
        spdx="LicenseRef-training-data",
        credit=credit,
        sentence=Label(
            en=f"Its training data are under {listed}: check what that allows before you share "
            "or sell what you make with it.",
            zh=f"训练数据的许可为 {listed}：分享或出售作品之前，请先确认许可范围。",
        ),
    )


def _controls(
    info: DatasetInfo, generator: PictureGenerator, *, truncation: float
) -> tuple[Control, ...]:
    kind = Control(
        name="class",
        type="choice",
        applies_to="class",
        input="class_weights",
        order=0,
        label=Label(en="Kind", zh="类别"),
        help=Label(en="What the picture shows.", zh="图片的内容。"),
        default=info.classes[0].id,
        choices=tuple(Choice(value=c.id, label=Label(en=c.en, zh=c.zh_cn)) for c in info.classes),
    )
    strangeness = Control(
        name="truncation",
        type="number",
        applies_to="truncation",
        input="style" if isinstance(generator, StyleGenerator) else "latent",
        order=1,
        label=Label(en="Typical to strange", zh="从典型到奇异"),
        help=Label(
            en="Low values stay near the model's average, high values go to its edges.",
            zh="低值接近模型的平均样子，高值走向边缘。",
        ),
        default=truncation,
        minimum=0.0,
        maximum=MAXIMUM_TRUNCATION,
        step=0.05,
        ends=(Label(en="typical", zh="典型"), Label(en="strange", zh="奇异")),
    )
    if not isinstance(generator, StyleGenerator):
        return (kind, strangeness)
    most = noise_maximum(generator)
    noise = Control(
        name="noise",
        type="number",
        applies_to="noise",
        input="noise",
        tier="more",
        order=2,
        label=Label(en="Chance in details", zh="细节的随机"),
        help=Label(
            en="How strongly chance disturbs small details: 1 is what the model learnt with, more "
            "is grain beyond it, 0 is none.",
            zh="随机对细节的扰动强度：1 与训练时相同，更大则带来额外的颗粒，0 为没有。",
        ),
        default=1.0,
        minimum=0.0,
        maximum=most,
        step=1.0 if most > 10 else 0.1,
        ends=(Label(en="none", zh="无"), Label(en="much", zh="强")),
    )
    return (kind, strangeness, noise)


def _drawing_inputs(run: RestoredRun) -> tuple[Tensor, ...]:
    """What every generator begins with."""
    return (
        Tensor(
            name="latent",
            role="latent",
            dtype="float32",
            shape=("batch", run.generator.config.latent_dim),
        ),
        Tensor(
            name="class_weights",
            role="class_weights",
            dtype="float32",
            shape=("batch", len(run.data.info.classes)),
            range=(0.0, 1.0),
        ),
    )


def _graph_entries(
    run: RestoredRun, hashes: dict[str, str], half: HalfPrecision | None
) -> dict[str, Graph]:
    info = run.data.info
    image = Tensor(
        name="image",
        role="image",
        dtype="uint8",
        shape=("batch", info.height, info.width, info.channels),
        range=(0.0, 255.0),
        layout="NHWC",
    )
    generator = run.generator
    if not isinstance(generator, StyleGenerator):
        return {
            "generator": Graph(
                file=graph_file("generator"),
                sha256=hashes["generator"],
                inputs=_drawing_inputs(run),
                outputs=(image,),
                half=half,
            )
        }
    width = generator.config.style_dim
    return {
        "mapping": Graph(
            file=graph_file("mapping"),
            sha256=hashes["mapping"],
            inputs=_drawing_inputs(run),
            outputs=(
                Tensor(name="style", role="style", dtype="float32", shape=("batch", width)),
                Tensor(
                    name="style_mean", role="style_mean", dtype="float32", shape=("batch", width)
                ),
            ),
        ),
        "synthesis": Graph(
            file=graph_file("synthesis"),
            sha256=hashes["synthesis"],
            inputs=(
                Tensor(
                    name="styles",
                    role="styles",
                    dtype="float32",
                    shape=("batch", generator.layers, width),
                ),
                Tensor(
                    name="noise",
                    role="noise",
                    dtype="float32",
                    shape=("batch", generator.synthesis.noise_numbers),
                ),
            ),
            outputs=(image,),
            half=half,
        ),
    }


def measures_of_export(
    diversity: tuple[ClassDiversity, ...],
    classifier: TrainedClassifier,
    frechet: tuple[float, float],
) -> tuple[Measure, ...]:
    """The figures of an export, until an evaluation with a ruler replaces them."""
    reference = round(frechet[1], 3) if math.isfinite(frechet[1]) else None
    measures = [
        Measure(
            name="FD, own classifier",
            value=round(frechet[0], 3),
            reference=reference,
            method=FRECHET_METHOD,
        )
    ]
    for entry in diversity:
        measures.append(
            Measure(
                name="within-class diversity",
                value=round(entry.generated, 4),
                reference=round(entry.data, 4),
                of=entry.class_id,
                method=DIVERSITY_METHOD,
            )
        )
        measures.append(
            Measure(
                name="recognised",
                value=round(entry.right, 4),
                reference=round(classifier.accuracy, 4),
                of=entry.class_id,
                unit="share",
                method="share of samples that the same classifier takes for their class; the "
                "reference is its accuracy on held-out pictures of all classes",
            )
        )
    return tuple(measures)


def _scalar_config(
    config: dict[str, object], prefix: str = ""
) -> dict[str, str | int | float | bool | None]:
    """The configuration without folders of the machine that trained, one level deep."""
    flat: dict[str, str | int | float | bool | None] = {}
    for key, value in config.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            flat |= _scalar_config(value, f"{name}.")
        elif isinstance(value, list):
            flat[name] = ",".join(map(str, value))
        elif name not in {"out", "data.path", "data.cache", "resume"} and (
            value is None or isinstance(value, str | int | float | bool)
        ):
            flat[name] = value
    return flat


def make_manifest(
    naming: Naming,
    run: RestoredRun,
    *,
    hashes: dict[str, str],
    golden_sha256: str,
    half: HalfPrecision | None,
    measures: tuple[Measure, ...],
) -> Manifest:
    """The manifest of a run's generator; `hashes` are its graphs' SHA-256 by role."""
    info, generator = run.data.info, run.generator
    size = f"{info.width}x{info.height}"
    classes_en = ", ".join(c.en for c in info.classes)
    channels: Literal[1, 3] = 1 if info.channels == 1 else 3
    training_count = info.count - info.held_out
    seed = run.config["seed"]
    assert isinstance(seed, int)
    computed = {"cpu_seconds": round(run.cpu_seconds, 1)} if run.cpu_seconds is not None else {}
    manifest = Manifest(
        id=naming.id,
        kind="gan",
        version=naming.version,
        title=naming.title,
        description=Label(
            en=naming.description.en or f"Pictures of {size} pixels after {info.name}.",
            zh=naming.description.zh or f"仿照 {info.name} 的 {size} 像素图片。",
        ),
        limits=Label(
            en=f"It makes {'greyscale' if channels == 1 else 'colour'} pictures of {size} pixels "
            f"and knows only: {classes_en}. It follows no text and knows nothing outside its "
            "training data; some samples are blurred or malformed.",
            zh=f"只能生成 {size} 像素的{'灰度' if channels == 1 else '彩色'}图片，且只会这些类别："
            f"{'、'.join(c.zh_cn for c in info.classes)}。它不理解文字，也不了解训练数据以外的"
            "内容；部分结果会模糊或变形。",
        ),
        licence=licence_of(info),
        graphs=_graph_entries(run, hashes, half),
        latent=LatentSpace(dimension=generator.config.latent_dim),
        styles=StyleSpace(
            dimension=generator.config.style_dim,
            layers=tuple(layer.zone for layer in generator.synthesis.plan),
        )
        if isinstance(generator, StyleGenerator)
        else None,
        controls=_controls(info, generator, truncation=naming.truncation),
        picture_size=(info.width, info.height),
        channels=channels,
        pixel_art=naming.pixel_art,
        specimen=run.together,
        training=Training(
            recipe=str(run.config["recipe"]),
            command=config_command(run.config),
            data=tuple(
                DataSource(
                    name=credit.name,
                    licence=credit.licence,
                    credit=credit.creator,
                    samples=training_count // len(info.credits),
                )
                for credit in info.credits
            ),
            seed=seed,
            samples_seen=run.images,
            seconds=round(run.seconds, 1),
            config={**_scalar_config(run.config), **computed, "data.key": info.key},
            versions={**run.versions, "onnxruntime": runtime_version()},
            checkpoint_sha256=file_sha256(run.checkpoint),
        ),
        quality=measures,
        golden=Golden(file=GOLDEN_FILE, sha256=golden_sha256, tolerance=TOLERANCE),
        card=CARD_FILE,
    )
    return msgspec.structs.replace(manifest, schema=needed_manifest_schema(manifest))
