"""On a card the past stays in the card's memory, and what the host asks of it is copied.

The card is simulated: its values are reached by copies alone, and what lies in the host's memory
is copied when it is bound, so that nothing that is changed afterwards would be seen.
"""

import ctypes
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from studio.runtime import text_cache
from studio.runtime.buffers import CARD_MEMORY
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import CPU, CUDA, Device
from studio.runtime.text import TextGraphs, TextSession, open_text
from studio.writing.engine.decoder import Decoder
from tests.recognise.text_graphs import VOCABULARY, reference_logits, write_text_model

TEXT = tuple(int(number) for number in np.random.default_rng(8).integers(0, VOCABULARY, 400))


class _Value:
    """A tensor in the card's memory."""

    def __init__(self, shape: Sequence[int], kind: type[Any]) -> None:
        self._numbers = np.full(list(shape), 7, kind)  # the card's memory is not cleared

    def data_ptr(self) -> int:
        return self._numbers.ctypes.data

    def numpy(self) -> NDArray[Any]:
        return self._numbers.copy()

    def update_inplace(self, data: NDArray[Any]) -> None:
        assert data.shape == self._numbers.shape
        self._numbers[...] = data


class _Values:
    """What `onnxruntime.OrtValue` is asked for."""

    def __init__(self) -> None:
        self.made = 0

    def ortvalue_from_shape_and_type(
        self, shape: Sequence[int], kind: type[Any], device: str, number: int
    ) -> _Value:
        assert (device, number) == (CARD_MEMORY, 0)
        self.made += 1
        return _Value(shape, kind)


class _Binding:
    """Copies what is bound from the host, and takes the card's addresses as they are."""

    def __init__(self, inner: onnxruntime.IOBinding) -> None:
        self.inner = inner
        self.places: dict[str, str] = {}
        self._copies: dict[str, NDArray[Any]] = {}

    def bind_input(
        self, name: str, device: str, number: int, kind: type[Any], shape: Sequence[int],
        address: int,
    ) -> None:  # fmt: skip
        self.places[name] = device
        if device == "cpu":
            copy = np.empty(list(shape), kind)
            ctypes.memmove(copy.ctypes.data, address, copy.nbytes)
            self._copies[name] = copy
            address = copy.ctypes.data
        self.inner.bind_input(name, "cpu", number, kind, shape, address)

    def bind_output(self, name: str, device: str, number: int, *rest: Any) -> None:
        self.places[name] = device
        self.inner.bind_output(name, "cpu", number, *rest)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class _Session:
    """A session that says that it runs on the card."""

    def __init__(self, inner: onnxruntime.InferenceSession) -> None:
        self._inner = inner
        self.bindings: list[_Binding] = []

    def get_providers(self) -> list[str]:
        return [CUDA, CPU]

    def io_binding(self) -> _Binding:
        self.bindings.append(_Binding(self._inner.io_binding()))
        return self.bindings[-1]

    def run_with_iobinding(self, binding: _Binding, options: onnxruntime.RunOptions) -> None:
        self._inner.run_with_iobinding(binding.inner, options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> list[_Session]:
    """Puts the card into this machine; the sessions that were built on it."""
    build = onnxruntime.InferenceSession
    sessions: list[_Session] = []

    def session(path: str, options: onnxruntime.SessionOptions, **_: Any) -> _Session:
        sessions.append(_Session(build(path, options, providers=[CPU])))
        return sessions[-1]

    monkeypatch.setattr(onnxruntime, "InferenceSession", session)
    monkeypatch.setattr(onnxruntime, "OrtValue", _Values())
    return sessions


def _open(folder: Path, layout: str) -> TextSession:
    path = write_text_model(folder, layout)
    first = folder / "decoder_model.onnx"
    graphs = TextGraphs(graph=path, first=first if first.exists() else None)
    device = Device(provider=CUDA, name="a card", options={}, wanted="cuda")
    return open_text(graphs, device=device, threads=1, token=CancelToken())


@pytest.mark.parametrize("layout", ["gqa", "gqa_half", "concatenated", "two_files", "hybrid"])
def test_a_past_in_the_cards_memory_gives_the_reference(
    tmp_path: Path, card: list[_Session], layout: str
) -> None:
    decoder = Decoder(_open(tmp_path, layout), context=None)
    texts = [
        TEXT[:50], TEXT[:40] + TEXT[100:120], TEXT[:51], TEXT[:300], TEXT[:280] + TEXT[350:360],
    ]  # fmt: skip
    for text in texts:
        decoder.feed(text, CancelToken())
        fork = decoder.fork()
        decoder.extend([3], CancelToken())
        logits = decoder.extend([5], CancelToken())
        wanted = reference_logits((*text, 3, 5), hybrid=layout == "hybrid")[-1:]
        tolerance = 0.03 if "half" in layout else 3e-4
        np.testing.assert_allclose(logits, wanted, rtol=tolerance, atol=tolerance)
        decoder.rejoin(fork, CancelToken())
    places = {
        name: place for session in card for name, place in session.bindings[-1].places.items()
    }
    assert {places[entry.present] for entry in decoder.session.layout.cache} == {CARD_MEMORY}
    assert places["logits"] == places["input_ids"] == "cpu"
    assert decoder.session.report.provider == CUDA


def test_a_state_begins_with_nothing_whatever_the_cards_memory_held(
    tmp_path: Path, card: list[_Session]
) -> None:
    entry = _open(tmp_path, "hybrid").layout.cache[0]
    assert entry.axis is None
    store = text_cache.Store(entry, on_card=True)
    assert not store.slice(0, 0).any()


def test_a_graph_that_the_card_refuses_runs_on_the_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = onnxruntime.InferenceSession

    def session(
        path: str, options: onnxruntime.SessionOptions, providers: Any, **_: Any
    ) -> onnxruntime.InferenceSession:
        if CPU not in (providers[0], providers[0][0]):
            raise RuntimeError("[ONNXRuntimeError] : 1 : FAIL : no kernel")
        return build(path, options, providers=[CPU])

    monkeypatch.setattr(onnxruntime, "InferenceSession", session)
    opened = _open(tmp_path, "gqa")
    assert opened.report.provider == CPU
    assert "no kernel" in opened.report.reason
    logits = opened.run(TEXT[:9], token=CancelToken())
    np.testing.assert_allclose(logits, reference_logits(TEXT[:9])[-1:], rtol=3e-4, atol=3e-4)
