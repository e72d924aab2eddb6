"""Chooses what runs the graphs, and can say why it is not something better.

The order is CUDA (TensorRT only on request), CoreML, CPU. Nothing is believed before it was
tried: a wheel that lists CUDA may find no driver, and onnxruntime then falls back in silence, so
a tiny graph is loaded on the candidate and asked what it really runs on. The CUDA, TensorRT and
CoreML paths were never run on such a device here: no machine at hand has one.
"""

import ctypes
import os
import platform
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import onnxruntime

from studio.contract.errors import SetupFault
from studio.runtime.faults import first_line
from studio.runtime.nvidia import Card, driver_library, find_card
from studio.runtime.provider_options import ProviderOptions, cuda_options, tensorrt_options
from studio.runtime.reports import CPU_PROVIDER, DeviceReport

CPU: Final = CPU_PROVIDER
CUDA: Final = "CUDAExecutionProvider"
TENSORRT: Final = "TensorrtExecutionProvider"
COREML: Final = "CoreMLExecutionProvider"

PROVIDERS: Final = {"cpu": CPU, "cuda": CUDA, "tensorrt": TENSORRT, "coreml": COREML}
"""The studio's names of the providers, and onnxruntime's."""

PROBE_GRAPH: Final = Path(__file__).with_name("probe.onnx")
"""A small convolution with constant weights; (1, 32, 64, 64) float32 in and out."""

DISTRIBUTIONS: Final = (
    "onnxruntime",
    "onnxruntime-gpu",
    "onnxruntime-directml",
    "onnxruntime-openvino",
    "onnxruntime-qnn",
    "onnxruntime-rocm",
    "onnxruntime-migraphx",
    "onnxruntime-training",
    "onnxruntime-silicon",
)
"""Distributions that all install the package ``onnxruntime`` and overwrite each other."""

KERNEL_FLAGS: Final = frozenset(
    {
        "sse4_1", "sse4_2", "avx", "avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512dq",
        "avx512vl", "avx512_vnni", "avx512_bf16", "avx512_fp16", "avx_vnni", "avx_vnni_int8",
        "amx_tile", "amx_int8", "amx_bf16", "neon", "asimd", "asimdhp", "asimddp", "asimdfhm",
        "fphp", "i8mm", "bf16", "svei8mm", "svebf16", "sve", "sve2", "sme", "sme2", "vsx", "zve64x",
    }
)  # fmt: skip
"""Instruction sets by which onnxruntime's kernels for the CPU are chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A provider that was tried and works, with the options to build sessions on it."""

    provider: str
    name: str
    options: ProviderOptions
    wanted: str
    reason: str = ""
    card: Card | None = None
    """The graphics card, where the driver told of one."""
    memory_limit: int | None = None

    @property
    def is_cpu(self) -> bool:
        return self.provider == CPU

    @property
    def is_card(self) -> bool:
        """Whether arrays live in the memory of a card of NVIDIA's."""
        return self.provider in (CUDA, TENSORRT)

    @property
    def takes_half(self) -> bool:
        """Whether a graph in half precision is quicker here than one in single."""
        return self.is_card and self.card is not None and self.card.computes_half

    def providers(
        self, more: ProviderOptions | None = None, *, capture: bool = False
    ) -> list[tuple[str, ProviderOptions]]:
        """What onnxruntime is given: this provider, and those for what it cannot do.

        ``more`` options go to the provider itself; ``capture`` lets CUDA record runs.
        """
        options = self.options | (more or {})
        if self.provider == CUDA and capture:
            options |= cuda_options(self.memory_limit, capture=True)
        chain = [(self.provider, options)]
        if self.provider == TENSORRT:
            chain.append((CUDA, cuda_options(self.memory_limit)))
        return chain if self.is_cpu else [*chain, (CPU, {})]

    def report(self, threads: int) -> DeviceReport:
        return DeviceReport(
            provider=self.provider,
            device=self.name,
            threads=threads,
            wanted=self.wanted,
            reason=self.reason,
            onnxruntime=onnxruntime.__version__,
            cpu_flags=cpu_flags(),
        )


def choose_device(wanted: str = "auto", *, memory_limit: int | None = None) -> Device:
    """The best device that works, or the one that was asked for if it works.

    ``wanted`` is "auto" or a key of `PROVIDERS`. What does not work falls back to the CPU, and
    the reason says so. Raises `SetupFault` for a name that does not exist.
    """
    if wanted != "auto" and wanted not in PROVIDERS:
        known = ", ".join(["auto", *PROVIDERS])
        raise SetupFault(fault=f"there is no provider {wanted!r}; there are: {known}")
    if wanted == "cpu":
        return _cpu_device(wanted)
    name = wanted if wanted != "auto" else _best_of_platform()
    fault = provider_fault(name)
    if not fault:
        device = _device(name, wanted, memory_limit)
        fault = trial_fault(device)
        if not fault:
            return device
    return _cpu_device(wanted, fault)


def provider_fault(name: str) -> str:
    """Why the provider ``name`` cannot work here, found without trying it; empty if it might."""
    provider = PROVIDERS[name]
    if provider not in onnxruntime.get_available_providers():
        built = ", ".join(distribution_versions()) or f"onnxruntime {onnxruntime.__version__}"
        return f"the installed {built} is built without {name}"
    if name in ("cuda", "tensorrt"):
        if _library_fault(driver_library()):
            return f"{name} needs NVIDIA's driver, and none is installed"
        _preload_cuda()
    return ""


def trial_fault(device: Device) -> str:
    """Load the probe graph on ``device`` and see whether that is where it really runs."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(
            os.fspath(PROBE_GRAPH), options, providers=device.providers(), enable_fallback=0
        )
    except Exception as error:  # whatever a driver raises is a reason, never a crash
        words = first_line(error)
    else:
        if device.provider in session.get_providers():
            return ""
        words = "it found no device"
    missing = _provider_library_fault(device.provider)
    return f"{device.provider} cannot be used: {missing or words}"


def device_in_use(device: Device, used: str) -> Device:
    """What a session asked to run on ``device`` runs on; ``used`` is the first of its providers.

    A provider that worked in the trial can still be left out of a session, without an error: its
    memory may be gone by then. What that session makes must not be said to come from ``device``,
    and here the user is told even where the choice was left to the studio.
    """
    if used == device.provider:
        return device
    reason = (
        f"onnxruntime loaded the graph on {used} although {device.provider} was tried and worked"
    )
    if used == CPU:
        return cpu_instead(device, reason)
    return replace(
        device, provider=used, name=_device_name(used, device.card), options={},
        wanted=_asked_for(device), reason=reason,
    )  # fmt: skip


def cpu_instead(device: Device, reason: str) -> Device:
    """The CPU, for what ``device`` was tried for and cannot do; the user is told the reason."""
    return _cpu_device(_asked_for(device), reason)


def _asked_for(device: Device) -> str:
    names = {provider: name for name, provider in PROVIDERS.items()}
    return names.get(device.provider, device.provider)


def _provider_library_fault(provider: str) -> str:
    """Why the library of a CUDA provider does not load, most often a missing CUDA or cuDNN."""
    names = {CUDA: "onnxruntime_providers_cuda", TENSORRT: "onnxruntime_providers_tensorrt"}
    if provider not in names:
        return ""
    pattern = "{}.dll" if sys.platform == "win32" else "lib{}.so"
    folder = Path(onnxruntime.__file__).parent / "capi"
    return _library_fault(os.fspath(folder / pattern.format(names[provider])))


def distribution_versions() -> list[str]:
    """The installed distributions of onnxruntime, each as "name version"."""
    from importlib import metadata  # slow to import, and seldom needed

    found = []
    for name in DISTRIBUTIONS:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return found


def cpu_flags() -> str:
    """The processor's instruction sets that choose kernels, sorted and joined by spaces."""
    return " ".join(sorted(KERNEL_FLAGS & _all_cpu_flags()))


def cpu_name() -> str:
    """The processor's name as it gives it, else its architecture."""
    fields = _cpu_info()
    name = fields.get("model name") or fields.get("hardware") or platform.processor()
    return " ".join(name.split()) or platform.machine() or "CPU"


def _cpu_device(wanted: str, reason: str = "") -> Device:
    return Device(provider=CPU, name=cpu_name(), options={}, wanted=wanted, reason=reason)


def _device(name: str, wanted: str, memory_limit: int | None) -> Device:
    options = {
        "cuda": cuda_options(memory_limit),
        "tensorrt": tensorrt_options(memory_limit),
        "coreml": {"ModelFormat": "MLProgram"},
    }.get(name, {})
    provider = PROVIDERS[name]
    card = find_card() if name in ("cuda", "tensorrt") else None
    return Device(
        provider=provider,
        name=_device_name(provider, card),
        options=options,
        wanted=wanted,
        card=card,
        memory_limit=memory_limit,
    )


def _device_name(provider: str, card: Card | None) -> str:
    """What the driver calls the device of ``provider``, as far as anybody passes it on."""
    if card is not None:
        return card.name
    for device in onnxruntime.get_ep_devices():
        if device.ep_name == provider:
            described = dict(device.device.metadata)
            vendor = device.device.vendor
            return described.get("Description") or f"{vendor} {device.device.type.name}".strip()
    return provider.removesuffix("ExecutionProvider")


def _best_of_platform() -> str:
    return "coreml" if sys.platform == "darwin" else "cuda"


def _library_fault(library: str) -> str:
    """Why the dynamic linker cannot load ``library``; empty if it can."""
    try:
        ctypes.CDLL(library)
    except OSError as error:
        return first_line(error)
    return ""


def _preload_cuda() -> None:
    """Load the CUDA and cuDNN libraries of the ``gpu`` extra. Never run on a GPU here."""
    if hasattr(onnxruntime, "preload_dlls"):
        onnxruntime.preload_dlls()


def _cpu_info() -> dict[str, str]:
    """The first processor's fields in /proc/cpuinfo, by lower-case name; empty elsewhere."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    pairs = (line.split(":", 1) for line in text.split("\n\n", 1)[0].splitlines() if ":" in line)
    return {name.strip().lower(): value.strip() for name, value in pairs}


def _all_cpu_flags() -> set[str]:
    fields = _cpu_info()
    listed = fields.get("flags") or fields.get("features")
    if listed:
        return set(listed.split())
    machine = platform.machine().lower()
    if machine in ("arm64", "aarch64"):
        return {"neon", "asimd"}
    if sys.platform == "win32":
        return _windows_flags()
    return set()


def _windows_flags() -> set[str]:
    """What Windows tells of the instruction sets (winnt.h, PF_* constants)."""
    known = {37: "sse4_1", 38: "sse4_2", 39: "avx", 40: "avx2", 41: "avx512f"}
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 (exists on Windows only)
    return {name for number, name in known.items() if kernel.IsProcessorFeaturePresent(number)}
