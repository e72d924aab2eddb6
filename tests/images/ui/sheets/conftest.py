"""The bench of the enlarging: a studio without a window."""

from tests.images.ui.enlarge.conftest import bench, enlarger, open_bench, work

__all__ = ["bench", "enlarger", "open_bench", "work"]
