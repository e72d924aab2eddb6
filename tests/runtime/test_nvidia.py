"""What the driver says of the card is read as it says it, and silence is no card."""

import ctypes
from collections.abc import Callable
from typing import Any

import pytest

from studio.runtime.nvidia import Card, driver_library, find_card


class Driver:
    """NVIDIA's driver, as far as it is asked."""

    def __init__(self, *, name: bytes = b"GeForce", refuses: str = "") -> None:
        self._name = name
        self._refuses = refuses

    def __getattr__(self, function: str) -> Callable[..., int]:
        def call(*arguments: Any) -> int:
            if function == self._refuses:
                return 100
            self._answer(function, arguments)
            return 0

        return call

    def _answer(self, function: str, arguments: tuple[Any, ...]) -> None:
        if function == "cuDeviceGetName":
            arguments[0].value = self._name
        elif function != "cuInit":
            numbers = {75: 8, 76: 6, "cuDeviceTotalMem_v2": 12 * 2**30, "cuDriverGetVersion": 13020}
            key = arguments[1] if function == "cuDeviceGetAttribute" else function
            pointer = arguments[0]
            ctypes.cast(pointer, ctypes.POINTER(type(pointer._obj)))[0] = numbers.get(key, 0)


def test_a_card_is_described_in_one_line() -> None:
    card = find_card(load=lambda name: Driver())
    assert card == Card(name="GeForce", memory=12 * 2**30, capability=(8, 6), driver="13.2")
    assert card is not None
    assert card.summary == (
        "GeForce, 12.0 GiB, compute capability 8.6, quicker in half precision, driver for CUDA 13.2"
    )


def test_a_name_that_is_not_text_is_shown_as_far_as_it_goes() -> None:
    card = find_card(load=lambda name: Driver(name=b"Card \xff"))
    assert card is not None
    assert card.name == "Card \N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    "refuses",
    [
        "cuInit", "cuDeviceGet", "cuDeviceGetName", "cuDeviceTotalMem_v2", "cuDeviceGetAttribute",
        "cuDriverGetVersion",
    ],
)  # fmt: skip
def test_a_driver_that_refuses_an_answer_has_no_card(refuses: str) -> None:
    assert find_card(load=lambda name: Driver(refuses=refuses)) is None


def test_no_driver_and_a_driver_of_another_age_are_no_card() -> None:
    def missing(name: str) -> Any:
        raise OSError(f"{name}: cannot open shared object file")

    assert find_card(load=missing) is None
    assert find_card(load=lambda name: object()) is None
    assert driver_library().startswith(("libcuda", "nvcuda"))


@pytest.mark.parametrize(
    ("capability", "quicker"),
    [
        ((5, 2), False), ((5, 3), True), ((6, 0), True), ((6, 1), False), ((6, 2), True),
        ((7, 0), True), ((7, 5), True), ((12, 0), True),
    ],
)  # fmt: skip
def test_half_precision_is_quicker_on_some_cards_only(
    capability: tuple[int, int], quicker: bool
) -> None:
    card = Card(name="", memory=0, capability=capability, driver="13.0")
    assert card.computes_half is quicker
