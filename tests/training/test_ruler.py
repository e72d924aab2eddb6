"""The network that models are measured with: what it is asked, how it learns, how it travels."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.training.tiny import write_pictures
from training.checkpoints import list_checkpoints, load_checkpoint
from training.data.dataset import PictureSet
from training.data.prepare import DataConfig, prepare_data
from training.engine import EngineConfig
from training.errors import TrainingError
from training.parity import RulerRunner
from training.ruler.export import RulerExportConfig, export_ruler
from training.ruler.labels import (
    ABSENT,
    CLASS_HEAD,
    NOT_ASKED,
    WAY_UP_HEAD,
    Head,
    LabelSet,
    label_pictures,
)
from training.ruler.manifest import (
    RULER_GRAPH,
    RULER_NAME,
    encode_ruler,
    find_rulers,
    read_ruler,
)
from training.ruler.train import (
    RulerConfig,
    RulerTrainer,
    answering_loss,
    shift_pictures,
    train_ruler,
    turn_pictures,
)


def _data(source: DataConfig, *, resolution: int = 32) -> PictureSet:
    return prepare_data(source, resolution=resolution, say=lambda _: None)


def _avatars(tmp_path: Path, **changes: object) -> DataConfig:
    config = DataConfig(
        source="dicebear",
        styles=("critters", "planets"),
        per_style=12,
        cache=tmp_path / "cache",
        processes=1,
    )
    return replace(config, **changes)  # type: ignore[arg-type]  # checked by replace


def _ruler(pictures: Path, out: Path, **changes: object) -> RulerConfig:
    config = RulerConfig(
        out=out,
        resolution=16,
        max_images=64,
        batch=8,
        log_images=16,
        data=DataConfig(path=pictures, cache=out.parent / "cache", held_out=0.25),
        engine=EngineConfig(accelerator="cpu", precision="32-true", threads=1),
    )
    return replace(config, **changes)  # type: ignore[arg-type]  # checked by replace


def test_avatars_are_labelled_with_the_parts_that_were_drawn(tmp_path: Path) -> None:
    from dicebear import Avatar, Style

    from training.data.dicebear import read_style

    data = _data(_avatars(tmp_path))
    labels = label_pictures(data)
    assert labels.heads[0].name == CLASS_HEAD
    assert np.array_equal(labels.targets[:, 0], data.labels)
    eyes = next(
        n for n, h in enumerate(labels.heads) if (h.of, h.name) == ("critters", "eyesVariant")
    )
    style = Style(read_style("critters"))
    drawn = [Avatar(style, {"seed": f"0/critters/{i}"}).to_json()["options"] for i in range(12)]
    answers = labels.targets[:12, eyes]
    assert [labels.heads[eyes].values[a] for a in answers] == [d["eyesVariant"] for d in drawn]
    assert (labels.targets[12:, eyes] == NOT_ASKED).all()


def test_a_part_that_is_not_drawn_is_an_answer_too(tmp_path: Path) -> None:
    labels = label_pictures(_data(_avatars(tmp_path)))
    top = next(h for h in labels.heads if (h.of, h.name) == ("critters", "topVariant"))
    assert ABSENT in top.values


def test_parts_that_cannot_be_told_apart_are_not_asked_for(tmp_path: Path) -> None:
    names = {h.name for h in label_pictures(_data(_avatars(tmp_path))).heads if h.of == "planets"}
    assert "surfaceVariant" in names
    assert not any(name.startswith("star") for name in names)


def test_avatars_of_another_renderer_are_refused(tmp_path: Path) -> None:
    data = _data(_avatars(tmp_path))
    settings = {**data.info.settings, "definitions": "1.0.0"}
    other = replace(data, info=msgspec.structs.replace(data.info, settings=settings))
    with pytest.raises(TrainingError, match=r"dicebear-styles 1\.0\.0 and .* is installed"):
        label_pictures(other)


def test_pictures_in_folders_are_labelled_by_their_folder(pictures: Path, tmp_path: Path) -> None:
    data = _data(DataConfig(path=pictures, cache=tmp_path / "cache"))
    labels = label_pictures(data)
    assert [h.values for h in labels.heads] == [("blue", "red")]
    assert np.array_equal(labels.targets[:, 0], data.labels)


def test_without_classes_the_way_up_is_asked(pictures: Path, tmp_path: Path) -> None:
    data = _data(DataConfig(path=pictures / "red", cache=tmp_path / "cache"))
    labels = label_pictures(data)
    assert labels.turns_pictures
    assert [h.name for h in labels.heads] == [WAY_UP_HEAD]


@given(st.integers(0, 2**32), st.integers(0, 3))
def test_a_shift_moves_and_invents_nothing(seed: int, most: int) -> None:
    random = np.random.default_rng(seed)
    pictures = random.integers(0, 255, (3, 8, 8, 1)).astype(np.uint8)
    shifted = shift_pictures(pictures, np.random.default_rng(seed), most=most)
    assert shifted.shape == pictures.shape
    for before, after in zip(pictures, shifted, strict=True):
        windows = [
            np.array_equal(
                after[m - dy : 8 - m - dy, m - dx : 8 - m - dx], before[m : 8 - m, m : 8 - m]
            )
            for m in [most]
            for dy in range(-most, most + 1)
            for dx in range(-most, most + 1)
        ]
        assert any(windows)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=6))
def test_four_turns_of_a_picture_are_none(turns: list[int]) -> None:
    pictures = np.random.default_rng(0).integers(0, 255, (len(turns), 4, 4, 3)).astype(np.uint8)
    quarters = np.array(turns)
    back = turn_pictures(turn_pictures(pictures, quarters), (4 - quarters) % 4)
    assert np.array_equal(back, pictures)


def test_a_question_that_is_not_asked_costs_nothing() -> None:
    heads = (Head(name="a", values=("x", "y")), Head(name="b", values=("x", "y", "z")))
    logits = torch.zeros(2, 5)
    guess = answering_loss(logits, torch.tensor([[0, 1], [1, 2]]), heads)
    assert guess.item() == pytest.approx(1)  # a blind guess is the unit, for two answers and three
    logits[:, 0] = 50
    asked_once = answering_loss(logits, torch.tensor([[0, -1], [0, -1]]), heads)
    assert asked_once.item() == pytest.approx(0, abs=1e-6)
    assert answering_loss(logits, torch.full((2, 2), -1), heads).item() == 0


def test_a_ruler_learns_what_it_is_asked(pictures: Path, tmp_path: Path) -> None:
    assert train_ruler(_ruler(pictures, tmp_path / "run", max_images=600)) == 0
    said = export_ruler(
        RulerExportConfig(run=tmp_path / "run", id="colours", out=tmp_path / "rulers")
    )
    assert "class" in said
    (folder,) = find_rulers(tmp_path / "rulers")
    ruler = read_ruler(folder)
    assert ruler.manifest.classes == ("blue", "red")
    assert ruler.manifest.images_seen == 600
    assert ruler.manifest.scores[0].right > 0.9
    data = _data(DataConfig(path=pictures, cache=tmp_path / "cache", held_out=0.25), resolution=16)
    features, answers = RulerRunner(ruler.graph).run(data.images)
    assert features.shape == (48, ruler.manifest.features)
    held_out = data.held_out
    right = (answers.argmax(1) == data.labels)[held_out].mean()
    assert right == pytest.approx(ruler.manifest.scores[0].right)


def test_features_do_not_depend_on_the_batch(pictures: Path, tmp_path: Path) -> None:
    assert train_ruler(_ruler(pictures, tmp_path / "run")) == 0
    export_ruler(RulerExportConfig(run=tmp_path / "run", id="r", out=tmp_path))
    runner = RulerRunner(read_ruler(tmp_path / "r").graph)
    shown = np.random.default_rng(0).integers(0, 255, (7, 16, 16, 3)).astype(np.uint8)
    together, _ = runner.run(shown)
    alone, _ = runner.run(shown, batch=1)
    assert np.array_equal(together, alone)


def test_a_resumed_ruler_is_the_uninterrupted_one(pictures: Path, tmp_path: Path) -> None:
    from training.engine import Engine

    config = _ruler(pictures, tmp_path / "run")
    data = prepare_data(config.data, resolution=16, say=lambda _: None)
    labels, engine = label_pictures(data), Engine(config.engine)

    def trainer() -> RulerTrainer:
        return RulerTrainer(config, data, labels, engine)

    whole = trainer()
    losses = [whole.step() for _ in range(6)]
    first = trainer()
    for _ in range(3):
        first.step()
    second = trainer()
    second.load(first.state())
    assert [second.step() for _ in range(3)] == losses[3:]


def test_resuming_another_ruler_is_refused(pictures: Path, tmp_path: Path) -> None:
    config = _ruler(pictures, tmp_path / "run")
    assert train_ruler(config) == 0
    with pytest.raises(TrainingError, match="already holds a run"):
        train_ruler(config)
    with pytest.raises(TrainingError, match="of another ruler"):
        train_ruler(replace(config, resume=True, shift=0))
    assert train_ruler(replace(config, resume=True)) == 0


def test_an_unfinished_ruler_is_not_exported(pictures: Path, tmp_path: Path) -> None:
    assert train_ruler(_ruler(pictures, tmp_path / "run")) == 0
    (path,) = list_checkpoints(tmp_path / "run")
    state = load_checkpoint(path)
    torch.save({**state, "scores": "[]"}, path)
    with pytest.raises(TrainingError, match="not finished"):
        export_ruler(RulerExportConfig(run=tmp_path / "run", id="r", out=tmp_path / "out"))
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound ruler of two colours that has hardly learnt anything; not to be changed."""
    folder = tmp_path_factory.mktemp("untrained")
    write_pictures(folder / "pictures", per_class=24)
    assert train_ruler(_ruler(folder / "pictures", folder / "run", max_images=8)) == 0
    export_ruler(RulerExportConfig(run=folder / "run", id="r", out=folder))
    return folder / "r"


def _cut_graph(folder: Path) -> None:
    graph = folder / RULER_GRAPH
    graph.write_bytes(graph.read_bytes()[:-1])


def _cut_manifest(folder: Path) -> None:
    manifest = folder / RULER_NAME
    manifest.write_bytes(manifest.read_bytes()[:-9])


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (_cut_graph, "is not the graph that ruler.json names"),
        (_cut_manifest, "this is not a ruler of this program"),
        (lambda folder: (folder / RULER_GRAPH).unlink(), "there is no such file"),
    ],
)
def test_a_damaged_ruler_is_refused(
    pictures: Path, tmp_path: Path, harm: Callable[[Path], None], sentence: str
) -> None:
    assert train_ruler(_ruler(pictures, tmp_path / "run", max_images=8)) == 0
    export_ruler(RulerExportConfig(run=tmp_path / "run", id="r", out=tmp_path))
    harm(tmp_path / "r")
    with pytest.raises(TrainingError, match=sentence):
        read_ruler(tmp_path / "r")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": 2}, "its format is 2, and 1 is known"),
        ({"width": 0}, "have no size"),
        ({"heads": ()}, "it answers no question"),
        ({"heads": (Head(name="class", values=()),)}, "one of its questions has no answers"),
        ({"scores": ()}, "its scores are not those of its questions"),
        ({"classes": ("blue", "green")}, "are not those that it names"),
        ({"width": 32}, "its pictures are not as ruler.json says"),
        ({"features": 64}, "its features are not as ruler.json says"),
        (
            {"heads": (Head(name="class", values=("a", "b", "c")),), "classes": ("a", "b", "c")},
            "its answers are not as ruler.json says",
        ),
    ],
)
def test_a_ruler_whose_parts_do_not_fit_together_is_refused(
    untrained: Path, tmp_path: Path, changes: dict[str, object], sentence: str
) -> None:
    folder = shutil.copytree(untrained, tmp_path / "r")
    sound = read_ruler(folder).manifest
    (folder / RULER_NAME).write_bytes(encode_ruler(msgspec.structs.replace(sound, **changes)))
    with pytest.raises(TrainingError, match=sentence):
        read_ruler(folder)


@pytest.mark.parametrize("graph", [b"", b"no graph"])
def test_a_ruler_of_something_else_than_a_graph_is_refused(
    untrained: Path, tmp_path: Path, graph: bytes
) -> None:
    folder = shutil.copytree(untrained, tmp_path / "r")
    sound = read_ruler(folder).manifest
    digest = hashlib.sha256(graph).hexdigest()
    (folder / RULER_NAME).write_bytes(encode_ruler(msgspec.structs.replace(sound, sha256=digest)))
    (folder / RULER_GRAPH).write_bytes(graph)
    with pytest.raises(TrainingError, match="this cannot be measured with"):
        read_ruler(folder)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"resolution": 48}, "a ruler is made for"),
        ({"batch": 0}, "--batch 0"),
        ({"max_images": 0}, "--max-images 0"),
        ({"shift": -1}, "--shift -1"),
    ],
)
def test_impossible_settings_are_refused(
    pictures: Path, tmp_path: Path, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(TrainingError, match=sentence):
        train_ruler(_ruler(pictures, tmp_path / "run", **changes))
    assert not (tmp_path / "run").exists()


def test_labels_of_every_picture_are_within_their_head(tmp_path: Path) -> None:
    labels: LabelSet = label_pictures(_data(_avatars(tmp_path)))
    most = np.array([len(h.values) for h in labels.heads])
    assert (labels.targets >= NOT_ASKED).all()
    assert (labels.targets < most).all()
