"""Shipped traits: what is read as a label, directions that are followed, and what is written."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from studio.contract.manifest import MANIFEST_NAME, Label, Model, read_model
from tests.styled import trait_directions, write_styled_model
from training.errors import TrainingError
from training.letterforms import MEASURES
from training.ruler.labels import Head
from training.ruler.manifest import find_rulers, read_ruler
from training.trait_rules import (
    AVATAR_RULES,
    CERTAIN,
    LETTER_RULES,
    Reading,
    Rule,
    read_answers,
    rules_for,
)
from training.traits import (
    RIDGES,
    Drawer,
    Reader,
    TraitFinder,
    TraitsConfig,
    correlation,
    find_traits,
    normal_scores,
    regress,
)

RULERS = Path(__file__).parents[2] / "exported_models" / "rulers"


def test_every_avatar_rule_can_be_read_of_the_shipped_ruler() -> None:
    """A part that was renamed would silently take its traits away."""
    ruler = next(
        ruler for ruler in map(read_ruler, find_rulers(RULERS)) if "clay" in ruler.manifest.classes
    )
    heads = {(head.of, head.name): head for head in ruler.manifest.heads}
    for rule in AVATAR_RULES:
        assert rule.readings
        for reading in rule.readings:
            head = heads[reading.kind, reading.head]
            logits = np.zeros((3, len(head.values)), np.float32)
            assert read_answers(reading, head, logits) is not None, (rule.name, reading)


def test_rules_have_names_of_their_own_and_words_in_both_languages() -> None:
    for rules in (AVATAR_RULES, LETTER_RULES):
        assert len({rule.name for rule in rules}) == len(rules)
        for rule in rules:
            assert all(text.en and text.zh for text in (rule.label, *rule.ends))
            assert len({(reading.kind, reading.head) for reading in rule.readings}) == len(
                rule.readings
            )
    assert [rule.name for rule in LETTER_RULES] == list(MEASURES)


def test_rules_for_a_model_are_those_of_its_kinds() -> None:
    rules = rules_for(("planets", "sprouts"), letters=False)
    assert {"ring", "flower", "light-ground"} <= {rule.name for rule in rules}
    assert "glasses" not in {rule.name for rule in rules}
    assert {reading.kind for rule in rules for reading in rule.readings} == {"planets", "sprouts"}
    assert rules_for(("t-shirt",), letters=False) == ()


def test_an_answer_counts_as_more_the_likelier_its_group_is() -> None:
    head = Head(name="glassesVariant", of="a", values=("absent", "dark", "light"))
    reading = Reading(kind="a", head="glassesVariant", more="dark|light")
    logits = np.array([[9, 0, 0], [0, 0, 0], [0, 5, 5], [0, 99, 0]], np.float32)
    read = read_answers(reading, head, logits)
    assert read is not None
    assert np.diff(read).min() > 0
    assert read[1] == pytest.approx(np.log(2), abs=1e-6)
    assert read[3] == CERTAIN


def test_a_colour_is_read_by_brightness_or_warmth_where_there_is_one() -> None:
    head = Head(name="hair", of="a", values=("#000000", "#ffffff", "#ff0000 #ff0000", "absent"))
    certain = (np.eye(4) * 50).astype(np.float32)
    bright = read_answers(Reading(kind="a", head="hair", colour="brightness"), head, certain)
    warm = read_answers(Reading(kind="a", head="hair", colour="warmth"), head, certain)
    assert bright is not None
    assert warm is not None
    assert bright[:3] == pytest.approx([-1, 1, 2 * 0.2126 - 1], abs=1e-6)
    assert warm[:3] == pytest.approx([0, 0, 1], abs=1e-6)
    # Where the part is absent the rest decides, evenly.
    assert bright[3] == pytest.approx(np.mean([-1, 1, 2 * 0.2126 - 1]), abs=1e-6)


def test_a_head_that_cannot_tell_is_not_read() -> None:
    head = Head(name="x", of="a", values=("one", "two"))
    logits = np.zeros((1, 2), np.float32)
    assert read_answers(Reading(kind="a", head="x", more="three"), head, logits) is None
    assert read_answers(Reading(kind="a", head="x", more=".*"), head, logits) is None
    assert read_answers(Reading(kind="a", head="x", colour="warmth"), head, logits) is None


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=200))
def test_scores_keep_the_order_and_share_ties(values: list[float]) -> None:
    given_values = np.array(values)
    scores = normal_scores(given_values)
    order = np.argsort(given_values, kind="stable")
    assert (np.diff(scores[order]) >= 0).all()
    for value in set(values):
        assert np.ptp(scores[given_values == value]) == 0
    assert scores.mean() == pytest.approx(0, abs=0.35)


def test_scores_are_those_of_a_normal_distribution() -> None:
    scores = normal_scores(np.random.default_rng(0).random(2000) ** 3)
    assert scores.std() == pytest.approx(1, abs=0.01)
    assert np.quantile(scores, 0.975) == pytest.approx(1.96, abs=0.02)


def test_correlation_of_what_does_not_vary_is_nothing() -> None:
    assert correlation(np.ones(5), np.arange(5.0)) == 0
    assert correlation(np.arange(5.0), -np.arange(5.0)) == pytest.approx(-1)


def test_a_regression_finds_the_direction_and_gives_it_the_length_of_one_sigma() -> None:
    random = np.random.default_rng(1)
    points = random.standard_normal((4000, 8)) * np.linspace(0.5, 2, 8)
    true = np.array([0, 0, 1.0, 0, 0, -1.0, 0, 0]) / np.sqrt(2)
    labels = points @ true + 0.2 * random.standard_normal(4000)
    direction = regress(points, labels, RIDGES[0])
    length = np.linalg.norm(direction)
    assert direction @ true / length > 0.99
    assert length == pytest.approx((points @ direction / length).std(), rel=1e-5)
    assert not regress(points, np.zeros(4000), RIDGES[0]).any()


class _Brightness(Reader):
    """Reads how much of a colour channel pictures have."""

    def __init__(self, channel: int) -> None:
        super().__init__(None, threads=1)
        self._channel = channel

    @override
    def read(
        self,
        pictures: npt.NDArray[np.uint8],
        wanted: Sequence[tuple[Rule, Reading | None]],
    ) -> npt.NDArray[np.float64]:
        level = pictures[..., self._channel].mean(axis=(1, 2, 3))
        noise = np.random.default_rng(0).random(len(pictures))
        return np.stack([noise if r.name == "noise" else level for r, _ in wanted], axis=1)


def _rule(name: str, kinds: Sequence[str]) -> Rule:
    label = Label(en=name, zh=name)
    readings = tuple(Reading(kind=kind, head="x", more="x") for kind in kinds)
    return Rule(name=name, label=label, ends=(label, label), readings=readings)


def _finder(
    model: Model, folder: Path, *, rules: tuple[str, ...] = ("bright", "noise")
) -> TraitFinder:
    kinds = [choice.value for choice in model.manifest.classes()]
    config = TraitsConfig(model=folder, positions=100, tests=30)
    drawer = Drawer(model, threads=1)
    return TraitFinder(config, drawer, _Brightness(0), [_rule(name, kinds) for name in rules])


def test_what_follows_its_amount_is_kept_and_what_does_not_is_not(tmp_path: Path) -> None:
    model = write_styled_model(tmp_path / "styled")
    finder = _finder(model, tmp_path / "styled")
    found = finder.find()
    assert {entry.trait.name.partition("-")[0] for entry in found} == {"bright"}
    names = [entry.trait.name for entry in found]
    assert len(set(names)) == len(names)
    for entry in found:
        assert entry.trait.correlation is not None
        assert entry.trait.correlation >= 0.4
        assert entry.direction.shape == (16,)
    covered = [kind for entry in found for kind in entry.trait.kinds]
    assert len(covered) == len(set(covered))
    assert [e.direction.tobytes() for e in finder.find()] == [e.direction.tobytes() for e in found]


def test_moving_along_a_trait_changes_its_label_step_by_step(tmp_path: Path) -> None:
    model = write_styled_model(tmp_path / "styled", classes=1)
    finder = _finder(model, tmp_path / "styled", rules=("bright",))
    (found,) = finder.find()
    sheet = finder.sheet([found])
    side = 32 + 2
    levels = [sheet[2:34, 2 + side * i : 2 + side * i + 32, 0].mean() for i in range(7)]
    assert levels[-1] > levels[0] + 10
    assert found.trait.kinds == ()


def test_kinds_that_belong_together_are_moved_together(tmp_path: Path) -> None:
    model = write_styled_model(tmp_path / "styled", specimen=True)
    drawer = Drawer(model, threads=1)
    positions = drawer.positions(5, None, 0)
    assert positions.points.shape == (5, 3, 16)
    assert positions.labels.tolist() == [[0, 1, 2]] * 5
    assert drawer.draw(positions).shape == (5, 3, 32, 32, 3)
    (found,) = _finder(model, tmp_path / "styled", rules=("bright",)).find()
    assert found.trait.kinds == ()


def test_a_zone_alone_moves_only_its_layers(tmp_path: Path) -> None:
    model = write_styled_model(tmp_path / "styled", size=32)
    drawer = Drawer(model, threads=1)
    assert drawer.styles is not None
    positions = drawer.positions(4, 0, 0)
    shift = np.ones((4, 16), np.float32)
    plain, whole = drawer.draw(positions), drawer.draw(positions, shift)
    in_zones = [drawer.draw(positions, shift, zone) for zone in drawer.styles.zones()]
    for pictures in (whole, *in_zones):
        assert not np.array_equal(pictures, plain)
    assert not any(np.array_equal(pictures, whole) for pictures in in_zones)
    nothing = drawer.draw(positions, np.zeros((4, 16), np.float32))
    assert np.array_equal(nothing, plain)


@pytest.fixture
def letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model of 26 kinds that belong together; only its weight and width are asked for."""
    monkeypatch.setattr("training.traits.rules_for", lambda kinds, letters: LETTER_RULES[:2])
    write_styled_model(tmp_path / "letters", classes=26, specimen=True, size=16, layers=3)
    return tmp_path / "letters"


def test_found_traits_are_written_into_the_models_folder(letters: Path) -> None:
    folder = letters
    said = find_traits(TraitsConfig(model=folder, positions=60, tests=20, least=-1))
    model = read_model(folder)
    traits = model.manifest.traits
    assert traits is not None
    assert f"{len(traits.traits)} traits" in said
    assert traits.space == "style"
    assert {trait.name for trait in traits.traits} <= set(MEASURES)
    directions = trait_directions(model)
    assert directions.shape == (len(traits.traits), 16)
    assert (np.linalg.norm(directions, axis=1) > 0).all()
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    assert "## Traits" in card
    assert all(trait.label.zh in card for trait in traits.traits)
    assert (folder / "traits.png").is_file()


def test_nothing_is_written_where_nothing_is_found_or_wanted(letters: Path) -> None:
    folder = letters
    before = (folder / MANIFEST_NAME).read_bytes()
    said = find_traits(TraitsConfig(model=folder, positions=60, tests=20, least=1.1))
    assert "no trait" in said
    find_traits(TraitsConfig(model=folder, positions=60, tests=20, least=-1, write=False))
    assert (folder / MANIFEST_NAME).read_bytes() == before
    assert not (folder / "traits.f32").exists()


def test_too_few_positions_and_unknown_models_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="--positions"):
        find_traits(TraitsConfig(model=tmp_path, positions=10))
    with pytest.raises(TrainingError, match="cannot be measured"):
        find_traits(TraitsConfig(model=tmp_path))


def test_a_model_of_which_nothing_is_known_is_refused(tmp_path: Path) -> None:
    write_styled_model(tmp_path / "styled")
    with pytest.raises(TrainingError, match="nothing is known to look for"):
        find_traits(TraitsConfig(model=tmp_path / "styled"))


def test_a_model_without_a_ruler_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.traits.rules_for", lambda kinds, letters: AVATAR_RULES)
    write_styled_model(tmp_path / "styled")
    with pytest.raises(TrainingError, match="--ruler"):
        find_traits(TraitsConfig(model=tmp_path / "styled"))
