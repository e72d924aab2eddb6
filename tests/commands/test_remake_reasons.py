"""``remake`` says why a picture came out otherwise on another machine or device."""

import msgspec
import pytest

from studio.commands.remake import differences_of_making
from studio.contract.recipe import Enlarged, Fingerprint, Recipe

CPU = Fingerprint(
    onnxruntime="1.20",
    provider="CPUExecutionProvider",
    device="a processor",
    precision="float32",
    optimisation="all",
    cpu_flags="avx2 fma3",
)
CARD = msgspec.structs.replace(CPU, provider="CUDAExecutionProvider", device="a card")


def _reasons(then: Fingerprint, now: Fingerprint) -> tuple[str, ...]:
    made, again = (Recipe(model="m", seed=1, making=making) for making in (then, now))
    return differences_of_making(made, again)


def _enlarged_reasons(then: Fingerprint, now: Fingerprint) -> tuple[str, ...]:
    made, again = (
        Recipe(
            model="m", seed=1, making=CPU,
            enlarged=Enlarged(method="model", factor=4, model="large", making=making),
        )
        for making in (then, now)
    )  # fmt: skip
    return differences_of_making(made, again)


def _other(making: Fingerprint, **changes: str) -> Fingerprint:
    return msgspec.structs.replace(making, **changes)


@pytest.mark.parametrize(
    ("then", "now", "reason"),
    [
        (CARD, CPU, "on the provider CUDAExecutionProvider, now CPUExecutionProvider"),
        (CARD, _other(CARD, device="another"), "on a card, now another"),
        (CARD, _other(CARD, precision="float16"), "in float32, now float16"),
        (
            CPU,
            _other(CPU, device="newer", cpu_flags="avx2 new"),
            "on another processor (a processor): this processor lacks fma3, the other lacked new",
        ),
        (
            CARD,
            _other(CARD, cpu_flags="avx2"),
            "on another processor: this processor lacks fma3",
        ),
    ],
)
def test_each_difference_of_the_making_is_a_reason(
    then: Fingerprint, now: Fingerprint, reason: str
) -> None:
    assert _reasons(then, now) == (f"it was made {reason}",)
    assert _enlarged_reasons(then, now) == (f"it was enlarged {reason}",)


def test_a_processor_of_another_name_alone_is_no_reason() -> None:
    assert _reasons(CPU, _other(CPU, device="newer")) == ()
