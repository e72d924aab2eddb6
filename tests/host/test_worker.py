"""The host's work says what it was done on, and names the model where it fails."""

from pathlib import Path
from typing import Any

import onnxruntime
import pytest

from studio.contract.errors import GraphFailed, from_wire
from studio.contract.recipe import Recipe
from studio.host import worker as worker_module
from studio.host.messages import (
    Done,
    Failure,
    FromHost,
    GenerateImages,
    PicturesMade,
    ProbeDevices,
    Ready,
    ReplayGolden,
)
from studio.runtime import devices
from studio.runtime.devices import CPU, CUDA
from tests.host.heard import Heard
from tests.host.parent import Parent


def _generate(folder: Path) -> GenerateImages:
    return GenerateImages(folder=str(folder), recipes=(Recipe(model="tiny", seed=1),))


def _providers_made_on(messages: list[FromHost]) -> set[str]:
    made = [said for said in messages if isinstance(said, PicturesMade)]
    assert made
    return {said.completion.making.provider for said in made}


@pytest.fixture
def silent_fall(monkeypatch: pytest.MonkeyPatch) -> None:
    """CUDA worked when it was tried, and each session is built on the CPU without a word."""
    build = onnxruntime.InferenceSession

    def on_cpu(path: str, options: onnxruntime.SessionOptions, **_: Any) -> Any:
        return build(path, options, providers=[CPU])

    monkeypatch.setattr(devices, "_best_of_platform", lambda: "cuda")
    monkeypatch.setattr(devices, "provider_fault", lambda name: "")
    monkeypatch.setattr(devices, "trial_fault", lambda device: "")
    monkeypatch.setattr(onnxruntime, "InferenceSession", on_cpu)


@pytest.mark.usefixtures("silent_fall")
@pytest.mark.parametrize("wanted", ["cuda", "auto"])
def test_a_session_that_fell_to_the_cpu_in_silence_is_not_said_to_be_cuda(
    wanted: str, parent: Parent, folder: Path
) -> None:
    heard = Heard(wanted, parent)
    assert heard.worker.report.provider == CUDA
    messages = heard.do(_generate(folder))
    assert isinstance(messages[-1], Done)
    assert _providers_made_on(messages) == {CPU}
    [ready] = [said for said in messages if isinstance(said, Ready)]
    assert (ready.device.provider, ready.device.wanted) == (CPU, "cuda")
    assert ready.device.device == devices.cpu_name()
    assert CUDA in ready.device.reason
    again = heard.do(_generate(folder))
    assert not [said for said in again if isinstance(said, Ready)], "it was said"


@pytest.mark.usefixtures("silent_fall")
def test_a_replay_that_fell_to_the_cpu_says_so(parent: Parent, folder: Path) -> None:
    messages = Heard("cuda", parent).do(ReplayGolden(folder=str(folder)))
    assert isinstance(messages[-1], Done)
    assert [said.device.provider for said in messages if isinstance(said, Ready)] == [CPU]


def test_work_on_what_was_chosen_says_nothing_of_the_device(parent: Parent, folder: Path) -> None:
    messages = Heard("cpu", parent).do(_generate(folder))
    assert _providers_made_on(messages) == {CPU}
    assert not [said for said in messages if isinstance(said, Ready)]


@pytest.mark.parametrize("replay", [False, True])
def test_an_unforeseen_fault_names_the_model(
    replay: bool, parent: Parent, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        raise KeyError("unforeseen")

    monkeypatch.setattr(worker_module, "read_model", fail)
    work = ReplayGolden(folder=str(folder)) if replay else _generate(folder)
    [answer] = Heard("cpu", parent).do(work)
    assert isinstance(answer, Failure)
    error = from_wire(answer.error)
    assert isinstance(error, GraphFailed)
    assert str(folder) in error.message
    assert "KeyError('unforeseen')" in error.message
    assert "Traceback" in error.detail


def test_an_unforeseen_fault_of_work_without_a_model_names_none(
    parent: Parent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("unforeseen")

    monkeypatch.setattr(worker_module, "probe_devices", fail)
    answer = Heard("cpu", parent).do(ProbeDevices())[-1]
    assert isinstance(answer, Failure)
    assert answer.error.code == "AtelierError"
    assert "KeyError('unforeseen')" in from_wire(answer.error).message
