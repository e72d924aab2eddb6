"""What NVIDIA's driver tells of the first graphics card, asked without onnxruntime.

onnxruntime's Python package names no CUDA device, and whether half precision pays is a matter of
the card. The driver's own library is asked (CUDA Driver API, Device Management), which is there
wherever a driver is. Never run on a GPU here.
"""

import contextlib
import ctypes
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

_CAPABILITY_MAJOR: Final = 75
_CAPABILITY_MINOR: Final = 76
"""CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR."""

_NAME_BYTES: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One graphics card."""

    name: str
    memory: int
    """Bytes in all."""
    capability: tuple[int, int]
    """Compute capability, e.g. (8, 6)."""
    driver: str
    """The newest CUDA that the driver runs, e.g. "13.0"."""

    @property
    def computes_half(self) -> bool:
        """Whether float16 is quicker than float32 on it, which it is on 5.3, 6.0, 6.2 and from
        7.0 on (CUDA C++ Programming Guide, Throughput of Native Arithmetic Instructions)."""
        return self.capability >= (7, 0) or self.capability in ((5, 3), (6, 0), (6, 2))

    @property
    def summary(self) -> str:
        """What a person is told of it."""
        major, minor = self.capability
        half = "" if self.computes_half else "not "
        return (
            f"{self.name}, {self.memory / 2**30:.1f} GiB, compute capability {major}.{minor}, "
            f"{half}quicker in half precision, driver for CUDA {self.driver}"
        )


def driver_library() -> str:
    """The file name of the driver's library."""
    return "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"


def find_card(index: int = 0, *, load: Callable[[str], Any] = ctypes.CDLL) -> Card | None:
    """The card ``index``, or None where there is no driver or no such card."""
    with contextlib.suppress(OSError, AttributeError, _Refused):
        return _ask(_Driver(load(driver_library())), index)
    return None


class _Refused(Exception):
    """The driver answered with an error."""


class _Driver:
    """The driver's library, with its errors as exceptions."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def call(self, name: str, *arguments: object) -> None:
        if getattr(self._library, name)(*arguments) != 0:
            raise _Refused(name)


def _ask(driver: _Driver, index: int) -> Card:
    driver.call("cuInit", 0)
    device, version = ctypes.c_int(), ctypes.c_int()
    driver.call("cuDeviceGet", ctypes.byref(device), index)
    name = ctypes.create_string_buffer(_NAME_BYTES)
    driver.call("cuDeviceGetName", name, _NAME_BYTES, device)
    memory = ctypes.c_size_t()
    driver.call("cuDeviceTotalMem_v2", ctypes.byref(memory), device)
    capability = []
    for attribute in (_CAPABILITY_MAJOR, _CAPABILITY_MINOR):
        value = ctypes.c_int()
        driver.call("cuDeviceGetAttribute", ctypes.byref(value), attribute, device)
        capability.append(value.value)
    driver.call("cuDriverGetVersion", ctypes.byref(version))
    return Card(
        name=name.value.decode("utf-8", "replace"),
        memory=memory.value,
        capability=(capability[0], capability[1]),
        driver=f"{version.value // 1000}.{version.value % 1000 // 10}",
    )
