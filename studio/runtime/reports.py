"""What the runtime found out about this machine, in a form that crosses the process boundary.

Without onnxruntime and numpy, because the window and the headless commands read these.
"""

from typing import Final, Literal

import msgspec

CPU_PROVIDER: Final = "CPUExecutionProvider"
"""The processor, as onnxruntime names it."""


class DeviceReport(msgspec.Struct, frozen=True, kw_only=True):
    """On what the work is really done, and why not on something better."""

    provider: str
    """Execution provider in use, as onnxruntime names it, e.g. "CPUExecutionProvider"."""
    device: str
    """Name of the processor or card."""
    threads: int
    """Threads that one operator may use."""
    wanted: str
    """What was asked for: "auto", "cpu", "cuda", "tensorrt" or "coreml"."""
    reason: str = ""
    """Why the better or the wanted provider is not used; empty when it is."""
    onnxruntime: str
    cpu_flags: str = ""
    """The instruction sets that choose kernels, sorted, joined by spaces."""
    precision: Literal["float32", "float16"] = "float32"
    """In what the model in use computes: "float32" or "float16"."""
    precision_reason: str = ""
    """Why the model's half precision is not used on a card that could; empty where it is."""
    elsewhere: str = ""
    """Which operators of the model in use run on the CPU although it runs on a card."""


class ProviderProbe(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one provider when it was tried."""

    provider: str
    """"cpu", "cuda", "tensorrt" or "coreml"."""
    usable: bool
    device: str = ""
    fault: str = ""
    """Why it is not usable."""
    milliseconds: float | None = None
    """Median time of one run of the probe graph, where that was asked for."""


class ProbeReport(msgspec.Struct, frozen=True, kw_only=True):
    """What ``doctor`` shows: what is used, and each provider that this machine could have."""

    device: DeviceReport
    providers: tuple[ProviderProbe, ...]
    distributions: tuple[str, ...]
    """Installed distributions of onnxruntime with their versions; more than one is a fault."""
    memory_limit: int | None = None
    """Bytes that this process may use."""
    card: str = ""
    """NVIDIA's card as its driver tells of it, even where nothing can run on it; empty: none."""
