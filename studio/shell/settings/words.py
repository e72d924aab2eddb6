"""The words of the settings in the interface's language."""

from typing import TypeVar

from PySide6.QtCore import QCoreApplication

from studio.shell.settings.declared import CONTEXT, Option

T = TypeVar("T")


def say(text: str) -> str:
    """A label or help of a declaration, translated."""
    return QCoreApplication.translate(CONTEXT, text)


def option_text(option: Option[T]) -> str:
    """What a choice calls one of its values."""
    return option.label if option.is_name else say(option.label)
