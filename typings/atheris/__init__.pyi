"""Only what the fuzzing of files uses."""

from collections.abc import Callable
from contextlib import AbstractContextManager

def instrument_imports(
    include: list[str] | None = None, enable_loader_override: bool = True
) -> AbstractContextManager[None]: ...
def Setup(arguments: list[str], test_one_input: Callable[[bytes], None]) -> list[str]: ...
def Fuzz() -> None: ...
