"""What a lane of work is run with."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

PIXEL_BUDGET: Final = 512 * 2**20
"""Bytes that all pictures on their way may take together."""


ENGINE_SECONDS: Final = 1200.0
"""What TensorRT may take to build an engine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSettings:
    """How one host is run; fixed for the life of its client."""

    lane: str = "images"
    """The kind of work; each lane is a process of its own."""
    lanes: tuple[str, ...] = ()
    """The lanes that run beside each other and share the cores; empty: this one is alone."""
    provider: str = "auto"
    """"auto", "cpu", "cuda", "tensorrt" or "coreml"."""
    threads: int | None = None
    """Threads of one operator; None: the lane's share of the cores."""
    memory_limit: int | None = None
    """Bytes that the host may use; None: three quarters of the machine's."""
    idle_seconds: float = 300.0
    """A model that was not used for so long is let go."""
    load_seconds: float = 120.0
    """A graph that takes longer to load is refused; see `longest_load`."""
    pixel_budget: int = PIXEL_BUDGET
    """Bytes that all pictures on their way may take together."""
    precision: Literal["auto", "float32"] = "auto"
    """In what to compute: "auto" takes half precision where a card and the model allow it."""
    log_folder: Path | None = None
    """Where the host logs; None: nowhere."""
    cache_folder: Path | None = None
    """Where engines built for this machine are kept; None: nowhere."""

    @property
    def longest_load(self) -> float:
        """Seconds that loading may take: TensorRT builds an engine, once for each graph."""
        if self.provider == "tensorrt":
            return max(self.load_seconds, ENGINE_SECONDS)
        return self.load_seconds
