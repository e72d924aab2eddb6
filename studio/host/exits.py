"""With what code a host ends, so that its client knows why."""

from typing import Final

EXIT_USAGE: Final = 2
"""It was not started by a client."""
EXIT_SETUP: Final = 3
"""Its settings or this installation do not allow it to work; another try would end the same way."""
EXIT_PROTOCOL: Final = 76
"""The client sent what is no frame."""
EXIT_MEMORY: Final = 77
"""It ran out of the memory allowed."""
