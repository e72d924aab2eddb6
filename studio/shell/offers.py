"""What the command palette offers: commands, settings and rooms, all in one form."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication

from studio.shell.actions import ActionRegistry, Command, shortcut_text
from studio.shell.settings.declared import SETTINGS, ChoiceSetting, SwitchSetting
from studio.shell.settings.values import Settings
from studio.shell.settings.words import option_text, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One thing that the palette can do."""

    identity: str
    """Stable, so that what was chosen lately is known again."""
    text: str
    run: Callable[[], None]
    keys: str = ""
    """Its shortcut as the system writes it."""
    words: str = ""
    """More words by which it is found, such as its English name."""
    reason: str = ""
    """Why it cannot be done now; empty: it can."""
    is_possible: bool = True
    holds: bool = False
    """It is so already."""
    is_everywhere: bool = True
    """It does not belong to the room in front, and so comes after what does."""
    only_searched: bool = False
    """Offered only to whoever types, because there are many like it."""


OfferSource = Callable[[str], Iterable[Offer]]
"""Gives offers for what was typed."""


def rank(query: str, offer: Offer) -> int | None:
    """How well an offer fits what was typed: smaller is better, None: not at all.

    Every word must occur in its text or in its other words, so that both languages find it.
    """
    words = query.casefold().split()
    text = offer.text.casefold()
    everything = f"{text} {offer.words.casefold()}"
    if not all(word in everything for word in words):
        return None
    if not words or text.startswith(words[0]):
        return 0
    return 1 if f" {words[0]}" in text else 2


def command_offers(registry: ActionRegistry, *, without: str = "") -> Iterator[Offer]:
    """The commands of the room in front and of the window."""
    for command in registry:
        if command.is_shown and command.identity != without:
            yield _of_command(command)


def _of_command(command: Command) -> Offer:
    return Offer(
        identity=command.identity,
        text=command.action.text(),
        run=command.action.trigger,
        keys=shortcut_text(command.action),
        words=f"{command.group} {command.text} {command.identity.replace('_', ' ')}",
        reason=command.reason,
        is_possible=command.is_possible,
        is_everywhere=command.identity.startswith("window."),
    )


def setting_offers(settings: Settings) -> Iterator[Offer]:
    """Every value of each choice, and both ways of each switch."""
    for setting in SETTINGS:
        label = say(setting.label)
        words = f"{setting.label} {setting.key.replace('_', ' ')} {setting.words}"
        if isinstance(setting, ChoiceSetting):
            for option in setting.options:
                yield Offer(
                    identity=f"setting.{setting.key}.{option.value}",
                    text=_pair(label, option_text(option)),
                    run=partial(settings.change, setting, option.value),
                    words=f"{words} {option.label}",
                    holds=settings.value(setting) == option.value,
                    only_searched=True,
                )
        elif isinstance(setting, SwitchSetting):
            on = settings.value(setting)
            state = (
                QCoreApplication.translate("Offers", "off")
                if on
                else QCoreApplication.translate("Offers", "on")
            )
            yield Offer(
                identity=f"setting.{setting.key}",
                text=_pair(label, state),
                run=partial(settings.change, setting, not on),
                words=words,
                only_searched=True,
            )


def _pair(label: str, value: str) -> str:
    return QCoreApplication.translate("Offers", "{setting}: {value}").format(
        setting=label, value=value
    )
