"""What is used is what works, and the reason why it is not something better is true."""

from importlib import metadata
from pathlib import Path

import onnx
import onnxruntime
import pytest

from studio.contract.errors import SetupFault
from studio.runtime import devices
from studio.runtime.devices import (
    CPU,
    CUDA,
    KERNEL_FLAGS,
    PROBE_GRAPH,
    TENSORRT,
    Device,
    choose_device,
    cpu_flags,
    cpu_name,
    device_in_use,
    distribution_versions,
    trial_fault,
)
from studio.runtime.probe import PROBE_RUNS, probe_devices


def test_the_cpu_on_request_needs_no_reason() -> None:
    device = choose_device("cpu")
    assert (device.provider, device.reason, device.wanted) == (CPU, "", "cpu")
    assert device.providers() == [(CPU, {})]


def test_a_provider_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(SetupFault, match="there are: auto, cpu, cuda, tensorrt, coreml"):
        choose_device("abacus")


def test_without_a_driver_the_reason_names_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CUDA, CPU])
    monkeypatch.setattr(devices, "_library_fault", lambda library: "not there")
    device = choose_device("cuda")
    assert device.provider == CPU
    assert "driver" in device.reason


def test_a_wheel_without_the_provider_is_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CPU])
    device = choose_device("cuda")
    assert device.provider == CPU
    assert "is built without cuda" in device.reason


def test_a_provider_that_is_listed_and_does_not_run_falls_back_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(devices, "provider_fault", lambda name: "")
    monkeypatch.setattr(devices, "trial_fault", lambda device: "it found no device")
    for wanted in ("auto", "cuda", "tensorrt"):
        device = choose_device(wanted)
        assert (device.provider, device.reason) == (CPU, "it found no device")


def test_a_device_that_passes_the_trial_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "provider_fault", lambda name: "")
    monkeypatch.setattr(devices, "trial_fault", lambda device: "")
    device = choose_device("cuda", memory_limit=2**30)
    assert (device.provider, device.reason) == (CUDA, "")
    assert device.options["gpu_mem_limit"] == str(2**30)
    assert [name for name, _ in device.providers()] == [CUDA, CPU]


def test_what_tensorrt_cannot_do_falls_to_cuda_before_the_cpu(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(devices, "provider_fault", lambda name: "")
    monkeypatch.setattr(devices, "trial_fault", lambda device: "")
    assert [name for name, _ in choose_device("tensorrt").providers()] == [TENSORRT, CUDA, CPU]


def test_the_trial_believes_only_what_the_session_says() -> None:
    assert trial_fault(choose_device("cpu")) == ""
    ghost = Device(provider="GhostExecutionProvider", name="ghost", options={}, wanted="ghost")
    assert "GhostExecutionProvider" in trial_fault(ghost)


@pytest.mark.parametrize(
    ("chosen", "wanted", "used", "said"),
    [
        (CUDA, "auto", CPU, "cuda"),
        (TENSORRT, "tensorrt", CUDA, "tensorrt"),
        (TENSORRT, "tensorrt", CPU, "tensorrt"),
    ],
)
def test_a_session_on_another_provider_is_another_device_with_a_reason(
    chosen: str, wanted: str, used: str, said: str
) -> None:
    device = Device(provider=chosen, name="card", options={"device_id": "0"}, wanted=wanted)
    assert device_in_use(device, chosen) is device
    found = device_in_use(device, used)
    assert (found.provider, found.options, found.wanted) == (used, {}, said)
    assert used in found.reason
    assert chosen in found.reason
    assert (found.name == cpu_name()) is (used == CPU)


def test_two_onnxruntimes_at_once_are_both_found(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = {"onnxruntime": "1.31.1", "onnxruntime-gpu": "1.31.1"}

    def version(name: str) -> str:
        if name not in installed:
            raise metadata.PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(metadata, "version", version)
    found = distribution_versions()
    assert found == ["onnxruntime 1.31.1", "onnxruntime-gpu 1.31.1"]


def test_this_machine_has_one_onnxruntime() -> None:
    assert len(distribution_versions()) == 1


def test_the_flags_are_sorted_and_of_those_that_choose_kernels() -> None:
    flags = cpu_flags().split()
    assert flags == sorted(flags)
    assert set(flags) <= KERNEL_FLAGS


@pytest.mark.parametrize(
    ("text", "flags", "name"),
    [
        (
            "processor\t: 0\nmodel name\t: Fast  CPU\nflags\t: fpu avx2 fma sse4_2\n\nflags: avx",
            "avx2 fma sse4_2",
            "Fast CPU",
        ),
        ("processor : 0\nFeatures : fp asimd i8mm\nHardware : Board\n", "asimd i8mm", "Board"),
    ],
)
def test_cpu_info_is_read_for_both_families(
    monkeypatch: pytest.MonkeyPatch, text: str, flags: str, name: str
) -> None:
    monkeypatch.setattr(Path, "read_text", lambda self, **options: text)
    assert cpu_flags() == flags
    assert cpu_name() == name


def test_the_probe_graph_is_a_sound_graph() -> None:
    model = onnx.load(PROBE_GRAPH)
    onnx.checker.check_model(model, full_check=True)
    assert [node.op_type for node in model.graph.node].count("Conv") == 4


def test_the_probe_times_what_works_and_explains_what_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CPU])
    report = probe_devices(choose_device("cpu"), threads=1, timed=True, memory_limit=5)
    by_name = {probe.provider: probe for probe in report.providers}
    assert set(by_name) == {"cpu", "cuda", "tensorrt", "coreml"}
    assert by_name["cpu"].usable
    assert (by_name["cpu"].milliseconds or 0) > 0
    assert not by_name["cuda"].usable
    assert "cuda" in by_name["cuda"].fault
    assert report.memory_limit == 5
    assert PROBE_RUNS % 2 == 1


def test_one_provider_can_be_probed_without_timing() -> None:
    report = probe_devices(choose_device("cpu"), threads=1, timed=False, provider="cpu")
    assert [(probe.provider, probe.milliseconds) for probe in report.providers] == [("cpu", None)]
    with pytest.raises(SetupFault, match="abacus"):
        probe_devices(choose_device("cpu"), threads=1, timed=False, provider="abacus")
