"""Devices, precision and processes: everything of a run that does not depend on the model.

Lightning Fabric launches the processes and moves the tensors; the loop stays ours. Gradients
are averaged explicitly after each backward pass, as in NVlabs' stylegan3 training loop: the
penalty on gradients needs a second backward pass, which DistributedDataParallel's hooks do not
promise to support.
"""

import os
import signal
import types
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

import torch
from lightning_fabric import Fabric
from lightning_fabric.strategies.ddp import DDPStrategy
from lightning_fabric.strategies.strategy import Strategy
from torch import Tensor, nn

from training.errors import TrainingError


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineConfig:
    """Where a run computes. None of it changes what a run is, only how fast it goes."""

    accelerator: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    """Kind of device."""
    devices: int = 1
    """Processes a machine, one device each."""
    num_nodes: int = 1
    """Machines. Start the same command on each with MASTER_ADDR and NODE_RANK set; all must see the
    run's folder and the picture cache."""
    precision: Literal["auto", "bf16-mixed", "32-true"] = "auto"
    """auto: bfloat16 where the device computes in it, else 32 bits."""
    threads: int = 0
    """Threads of the processor a process may use. 0: all cores that it may run on, shared among
    the processes.
    On a machine with other work 1 is often quicker than all: threads wait for each other, and
    one that lost its core holds up the rest."""


def _has_quick_bfloat16(accelerator: str) -> bool:
    """Whether bfloat16 is computed by the device itself and not emulated."""
    if accelerator == "cuda" or (accelerator == "auto" and torch.cuda.is_available()):
        return torch.cuda.is_available() and torch.cuda.is_bf16_supported()
    if accelerator == "mps" or (accelerator == "auto" and torch.backends.mps.is_available()):
        return False
    return "avx512_bf16" in _processor_flags() or "amx_bf16" in _processor_flags()


def _processor_flags() -> frozenset[str]:
    try:
        with Path("/proc/cpuinfo").open(encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith("flags"):
                    return frozenset(line.partition(":")[2].split())
    except OSError:
        pass
    return frozenset()


def usable_cores() -> int:
    """Cores on which this process may run: in a container often fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Engine:
    """Lightning Fabric, narrowed to what a training loop needs."""

    def __init__(self, config: EngineConfig) -> None:
        precision = config.precision
        if precision == "auto":
            precision = "bf16-mixed" if _has_quick_bfloat16(config.accelerator) else "32-true"
        self.precision = precision
        self.threads = config.threads or max(usable_cores() // config.devices, 1)
        many = config.devices * config.num_nodes > 1
        strategy: str | Strategy = DDPStrategy(timeout=timedelta(minutes=30)) if many else "auto"
        try:
            self._fabric = Fabric(
                accelerator=config.accelerator,
                devices=config.devices,
                num_nodes=config.num_nodes,
                strategy=strategy,
                precision=precision,
            )
        except (RuntimeError, ValueError) as error:
            raise TrainingError(
                f"--engine.accelerator {config.accelerator} with {config.devices} device(s) "
                f"cannot be used here: {error}"
            ) from error

    def launch(self) -> None:
        """Start the other processes, if there are to be any, and set the threads."""
        torch.set_num_threads(self.threads)
        torch.backends.cudnn.deterministic = True  # or a resumed run would drift
        self._fabric.launch()

    @property
    def device(self) -> torch.device:
        """This process's device."""
        return self._fabric.device

    @property
    def rank(self) -> int:
        """This process's number among all of the run, from 0."""
        return self._fabric.global_rank

    @property
    def world_size(self) -> int:
        """How many processes the run has on all machines."""
        return self._fabric.world_size

    @property
    def is_first(self) -> bool:
        """Whether this process is the one that writes and speaks."""
        return self._fabric.is_global_zero

    def autocast(self) -> AbstractContextManager[None]:
        """Compute in the run's precision within this block."""
        return self._fabric.autocast()

    def barrier(self) -> None:
        """Wait for all processes."""
        self._fabric.barrier()

    def first_decides(self, decide: Callable[[], str]) -> str:
        """Run `decide` in the first process and hand its answer to all.

        Whatever it raises is heard of in every process, so that none waits for ever.
        """
        answer, fault = "", ""
        if self.is_first:
            try:
                answer = decide()
            except TrainingError as error:
                fault = str(error)
            except BaseException as error:
                self._fabric.broadcast(("", f"The first process failed: {error!r}"))
                raise
        answer, fault = self._fabric.broadcast((answer, fault))
        if fault:
            raise TrainingError(fault)
        return answer

    @torch.no_grad()
    def average_gradients(self, module: nn.Module) -> None:
        """Replace every gradient by its mean over the processes."""
        if self.world_size == 1:
            return
        gradients = [p.grad for p in module.parameters() if p.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        averaged = self._fabric.all_reduce(flat, reduce_op="mean")
        assert isinstance(averaged, Tensor)
        for gradient, part in zip(
            gradients, torch.split(averaged, [g.numel() for g in gradients]), strict=True
        ):
            gradient.copy_(part.view_as(gradient))

    def any_process(self, value: bool) -> bool:
        """Whether `value` is true in any process: all stop together or none does."""
        if self.world_size == 1:
            return value
        total = self._fabric.all_reduce(
            torch.tensor(float(value), device=self.device), reduce_op="sum"
        )
        assert isinstance(total, Tensor)
        return bool(total.item() > 0)


class StopRequest:
    """Becomes true when the person presses Ctrl-C or the system asks the process to end."""

    def __init__(self) -> None:
        self.requested = False
        self.signal_number = 0

    def __bool__(self) -> bool:
        return self.requested

    def request(self, number: int, frame: types.FrameType | None) -> None:
        """Signal handler: remember, and let the loop finish its step."""
        del frame
        if self.requested and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.requested = True
        self.signal_number = number


@contextmanager
def stop_on_signals(stop: StopRequest) -> Iterator[StopRequest]:
    """Within the block SIGINT and SIGTERM ask the loop to save and stop; a second Ctrl-C ends."""
    previous = {
        number: signal.signal(number, stop.request) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stop
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
