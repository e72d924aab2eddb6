"""What happens on a card reaches the client: what does the work now, and why not what did."""

from pathlib import Path

import msgspec
import pytest

from studio.contract.manifest import read_model
from studio.contract.recipe import Recipe
from studio.host.messages import (
    Done,
    FromHost,
    GenerateImages,
    PicturesMade,
    ProbeDevices,
    Ready,
    ReplayGolden,
)
from studio.images.engine import generator
from studio.runtime.devices import CPU, CUDA
from tests.host.heard import Heard
from tests.host.parent import Parent
from tests.runtime.simulated_card import LOST, MEMORY, NO_KERNEL, SimulatedCard, with_half
from tests.styled import write_styled_model

PICTURES = 9


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> SimulatedCard:
    monkeypatch.setattr(generator, "LONGEST_RUN", 60.0)  # how quick this machine is is no matter
    made = SimulatedCard()
    made.install(monkeypatch)
    return made


def _generate(folder: Path) -> GenerateImages:
    recipes = tuple(Recipe(model="tiny", seed=seed) for seed in range(PICTURES))
    return GenerateImages(folder=str(folder), recipes=recipes, batch=8)


def _hashes(messages: list[FromHost]) -> list[str]:
    made = [said for said in messages if isinstance(said, PicturesMade)]
    return [name for said in made for name in said.hashes]


def _told(messages: list[FromHost]) -> list[Ready]:
    return [said for said in messages if isinstance(said, Ready)]


@pytest.fixture
def expected(folder: Path, parent: Parent) -> list[str]:
    return _hashes(Heard("cpu", parent).do(_generate(folder)))


def test_pictures_come_from_the_card_that_is_there(
    card: SimulatedCard, expected: list[str], folder: Path, parent: Parent
) -> None:
    heard = Heard("auto", parent)
    messages = heard.do(_generate(folder))
    assert _hashes(messages) == expected
    assert len(expected) == PICTURES
    assert (heard.worker.report.provider, heard.worker.report.device) == (CUDA, "Card")
    assert _told(messages) == []
    assert max(card.batches) >= 4


@pytest.mark.parametrize(
    ("step", "words", "reason"),
    [
        ("run", LOST, "stopped answering"),
        ("run", NO_KERNEL, "cannot run this model"),
        ("load", NO_KERNEL, "cannot run this model"),
        ("load", MEMORY, "too little memory"),
        ("fetch", LOST, "stopped answering"),
    ],
)
def test_what_a_card_cannot_do_the_cpu_does_and_the_client_is_told_once(
    step: str, words: str, reason: str,
    card: SimulatedCard, expected: list[str], folder: Path, parent: Parent,
) -> None:  # fmt: skip
    heard = Heard("auto", parent)
    card.fail(step, words)
    messages = heard.do(_generate(folder))
    assert _hashes(messages) == expected
    [ready] = _told(messages)
    assert (ready.device.provider, ready.device.wanted) == (CPU, "cuda")
    assert reason in ready.device.reason
    assert _told(heard.do(_generate(folder))) == []


def test_each_batch_is_said_to_come_from_what_made_it(
    card: SimulatedCard, expected: list[str], folder: Path, parent: Parent
) -> None:
    heard = Heard("auto", parent)
    card.fail("run", LOST, at=2)
    messages = heard.do(_generate(folder))
    made = [said for said in messages if isinstance(said, PicturesMade)]
    providers = [said.completion.making.provider for said in made]
    assert providers == [CUDA] + [CPU] * (len(made) - 1)
    assert _hashes(messages) == expected


def test_memory_that_runs_out_is_met_by_smaller_batches_without_a_word_to_the_user(
    card: SimulatedCard, expected: list[str], folder: Path, parent: Parent
) -> None:
    card.per_picture, card.memory = 2**20, 3 * 2**20
    messages = Heard("auto", parent).do(_generate(folder))
    assert _hashes(messages) == expected
    assert isinstance(messages[-1], Done)
    assert _told(messages) == []


def test_half_precision_is_proven_before_the_first_picture_and_named_in_recipes(
    card: SimulatedCard, expected: list[str], folder: Path, parent: Parent
) -> None:
    with_half(read_model(folder))
    heard = Heard("auto", parent)
    messages = heard.do(_generate(folder))
    assert _hashes(messages) == expected
    made = [said for said in messages if isinstance(said, PicturesMade)]
    assert {said.completion.making.precision for said in made} == {"float16"}
    assert [said.device.precision for said in _told(messages)] == ["float16"]
    golden = heard.do(ReplayGolden(folder=str(folder)))[-1]
    assert isinstance(golden, Done)
    assert golden.golden is not None
    assert golden.golden.ok


def test_what_is_asked_for_in_single_precision_is_made_in_it_and_only_that(
    card: SimulatedCard, expected: list[str], folder: Path, parent: Parent
) -> None:
    with_half(read_model(folder))
    heard = Heard("auto", parent)
    work = _generate(folder)
    for single, precision in ((True, "float32"), (False, "float16"), (True, "float32")):
        messages = heard.do(msgspec.structs.replace(work, single=single))
        assert _hashes(messages) == expected
        made = [said for said in messages if isinstance(said, PicturesMade)]
        assert {said.completion.making.precision for said in made} == {precision}
    heard.do(ReplayGolden(folder=str(folder)))
    assert heard.worker.report.precision == "float16"


def test_half_precision_that_makes_other_pictures_here_is_not_used_and_that_is_said(
    card: SimulatedCard, expected: list[str], folder: Path, parent: Parent,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with_half(read_model(folder))
    card.spoils = "half"
    messages = Heard("auto", parent).do(_generate(folder))
    assert _hashes(messages) == expected
    [ready] = _told(messages)
    assert (ready.device.provider, ready.device.precision) == (CUDA, "float32")
    assert "differs by up to" in ready.device.precision_reason


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """A generator of two graphs, written while no card is simulated."""
    return write_styled_model(tmp_path / "styled", half=True).folder


@pytest.mark.parametrize("spoilt", [False, True])
def test_both_graphs_of_a_pair_are_proven_in_half_precision_or_neither_is_used(
    pair: Path, card: SimulatedCard, parent: Parent, *, spoilt: bool
) -> None:
    recipes = tuple(Recipe(model="styled", seed=seed) for seed in range(4))
    work = GenerateImages(folder=str(pair), recipes=recipes, batch=4)
    card.spoils = "half" if spoilt else ""
    messages = Heard("auto", parent).do(work)
    made = [said for said in messages if isinstance(said, PicturesMade)]
    precision = "float32" if spoilt else "float16"
    assert {said.completion.making.precision for said in made} == {precision}
    [ready] = _told(messages)
    assert ready.device.precision == precision
    assert ("differs by up to" in ready.device.precision_reason) == spoilt
    plain = Heard("cpu", parent).do(work)
    assert _hashes(messages) == _hashes(plain)


def test_a_card_is_described_even_where_nothing_can_run_on_it(
    card: SimulatedCard, parent: Parent
) -> None:
    card.fail("load", NO_KERNEL)
    done = Heard("cpu", parent).do(ProbeDevices(timed=False))[-1]
    assert isinstance(done, Done)
    assert done.probe is not None
    assert done.probe.card == card.describe().summary
    usable = {probe.provider: probe.usable for probe in done.probe.providers}
    assert (usable["cpu"], usable["cuda"]) == (True, False)
