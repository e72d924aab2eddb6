"""``override`` as Python 3.12 has it, for type checkers alone.

`typing_extensions` would cost a noticeable part of the time to the window's first paint.
"""

from typing import TYPE_CHECKING

__all__ = ["override"]

if TYPE_CHECKING:
    from typing_extensions import override
else:

    def override(method):
        """Mark a method that replaces one of its base class."""
        return method
