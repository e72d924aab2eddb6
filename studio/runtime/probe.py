"""Tries every provider that this machine could have, for ``doctor``."""

import statistics
import time
from typing import Final

import numpy as np
import onnxruntime

from studio.contract.errors import SetupFault
from studio.runtime.arbiter import usable_cores
from studio.runtime.devices import (
    PROBE_GRAPH,
    PROVIDERS,
    Device,
    choose_device,
    distribution_versions,
)
from studio.runtime.faults import first_line
from studio.runtime.nvidia import find_card
from studio.runtime.reports import ProbeReport, ProviderProbe

PROBE_RUNS: Final = 15


def probe_devices(
    current: Device,
    *,
    threads: int,
    timed: bool,
    provider: str | None = None,
    memory_limit: int | None = None,
) -> ProbeReport:
    """What is used now, and what became of each provider (or of ``provider``) when tried.

    Raises `SetupFault` for the name of a provider that does not exist.
    """
    if provider is not None and provider not in PROVIDERS:
        fault = f"there is no provider {provider!r}; there are: {', '.join(PROVIDERS)}"
        raise SetupFault(fault=fault)
    names = PROVIDERS if provider is None else {provider: PROVIDERS[provider]}
    return ProbeReport(
        device=current.report(threads),
        providers=tuple(_probe(name, threads, timed) for name in names),
        distributions=tuple(distribution_versions()),
        memory_limit=memory_limit,
        card="" if (card := find_card()) is None else card.summary,
    )


def _probe(name: str, threads: int, timed: bool) -> ProviderProbe:
    device = choose_device(name)
    if device.provider != PROVIDERS[name]:
        return ProviderProbe(provider=name, usable=False, fault=device.reason)
    try:
        milliseconds = time_probe(device, threads) if timed else None
    except Exception as error:  # a driver may raise anything; that is what is asked here
        return ProviderProbe(provider=name, usable=False, fault=first_line(error))
    return ProviderProbe(provider=name, usable=True, device=device.name, milliseconds=milliseconds)


def time_probe(device: Device, threads: int | None = None) -> float:
    """Median milliseconds of one run of the probe graph on ``device``."""

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or usable_cores()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(
        str(PROBE_GRAPH), options, providers=device.providers(), enable_fallback=0
    )
    feed = {"input": np.ones((1, 32, 64, 64), np.float32)}
    session.run(None, feed)
    seconds = []
    for _ in range(PROBE_RUNS):
        began = time.perf_counter()
        session.run(None, feed)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds) * 1000.0
