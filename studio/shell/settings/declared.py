"""Every setting, declared once: dialog, page of documentation and validation follow from it.

The words are English; whoever shows them translates them in the context "Settings".
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
from typing import Final, Generic, TypeVar

from studio.contract.overriding import override
from studio.shell.tokens import TEXT_SCALES

T = TypeVar("T")

CONTEXT: Final = "Settings"
"""The context of the translations."""


def _as_it_is(_context: str, text: str) -> str:
    return text


QT_TRANSLATE_NOOP: Final = _as_it_is
"""The name by which lupdate finds words that are translated later; Qt's own has no types."""


class Group(Enum):
    """The pages of the dialog, in their order."""

    LOOK = QT_TRANSLATE_NOOP("Settings", "Appearance")
    HAND = QT_TRANSLATE_NOOP("Settings", "Working by hand")
    MACHINE = QT_TRANSLATE_NOOP("Settings", "This computer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option(Generic[T]):
    """One of the values of a choice."""

    value: T
    label: str
    is_name: bool = False
    """The label is the same in every language, such as the name of a language itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(ABC, Generic[T]):
    """What the user may decide once for all projects."""

    key: str
    """Its name in the file."""
    group: Group
    label: str
    help: str
    """One sentence: what it changes, and for whom."""
    default: T
    words: str = ""
    """More words by which a search finds it."""

    @abstractmethod
    def read(self, found: object) -> T | None:
        """``found`` as a value of this setting; None where it is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceSetting(Setting[T]):
    """One of a few values."""

    options: tuple[Option[T], ...]

    @override
    def read(self, found: object) -> T | None:
        if isinstance(found, bool):
            return None
        return next((option.value for option in self.options if option.value == found), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchSetting(Setting[bool]):
    """On or off."""

    @override
    def read(self, found: object) -> bool | None:
        return found if isinstance(found, bool) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSetting(Setting[int]):
    """A whole number in a range."""

    minimum: int
    maximum: int
    unit: str = ""
    """Translated as the labels are; a sign such as "GiB" is the same in every language."""
    automatic: bool = False
    """0 is allowed too and means that the studio decides."""

    @override
    def read(self, found: object) -> int | None:
        if isinstance(found, bool) or not isinstance(found, int | float):
            return None
        if found != found or abs(found) > 1e9 or int(found) != found:
            return None
        number = int(found)
        if self.minimum <= number <= self.maximum or (self.automatic and number == 0):
            return number
        return None


LANGUAGE: Final[ChoiceSetting[str]] = ChoiceSetting(
    key="language",
    group=Group.LOOK,
    label=QT_TRANSLATE_NOOP("Settings", "Language"),
    help=QT_TRANSLATE_NOOP("Settings", "The language of everything that the studio says."),
    default="system",
    # Languages are named in themselves, so that the way back is found from any of them.
    options=(
        Option(value="system", label=QT_TRANSLATE_NOOP("Settings", "As the system")),
        Option(value="en", label="English", is_name=True),
        Option(value="zh_CN", label="中文", is_name=True),
    ),
    words="english chinese 中文 语言",
)
THEME: Final[ChoiceSetting[str]] = ChoiceSetting(
    key="theme",
    group=Group.LOOK,
    label=QT_TRANSLATE_NOOP("Settings", "Theme"),
    help=QT_TRANSLATE_NOOP(
        "Settings", "Dark and light are both neutral grey, so that colours can be judged."
    ),
    default="dark",
    options=(
        Option(value="system", label=QT_TRANSLATE_NOOP("Settings", "As the system")),
        Option(value="dark", label=QT_TRANSLATE_NOOP("Settings", "Dark")),
        Option(value="light", label=QT_TRANSLATE_NOOP("Settings", "Light")),
    ),
    words="colour bright black white",
)
TEXT_SIZE: Final[ChoiceSetting[float]] = ChoiceSetting(
    key="text_size",
    group=Group.LOOK,
    label=QT_TRANSLATE_NOOP("Settings", "Text size"),
    help=QT_TRANSLATE_NOOP("Settings", "Buttons and panels grow along with the words."),
    default=1.0,
    options=tuple(
        Option(value=scale, label=f"{round(scale * 100)}\u00a0%", is_name=True)
        for scale in TEXT_SCALES
    ),
    words="font zoom larger smaller",
)
MOTION: Final[ChoiceSetting[str]] = ChoiceSetting(
    key="motion",
    group=Group.LOOK,
    label=QT_TRANSLATE_NOOP("Settings", "Motion"),
    help=QT_TRANSLATE_NOOP(
        "Settings", "Without motion, pictures appear at once instead of fading or flying."
    ),
    default="system",
    options=(
        Option(value="system", label=QT_TRANSLATE_NOOP("Settings", "As the system")),
        Option(value="full", label=QT_TRANSLATE_NOOP("Settings", "Motion")),
        Option(value="reduced", label=QT_TRANSLATE_NOOP("Settings", "No motion")),
    ),
    words="reduced animation fade",
)
SWAP_SIDES: Final = SwitchSetting(
    key="swap_sides",
    group=Group.HAND,
    label=QT_TRANSLATE_NOOP("Settings", "Swap sides"),
    help=QT_TRANSLATE_NOOP(
        "Settings", "The rail goes to the right and the controls to the left, for the left hand."
    ),
    default=False,
    words="mirror left handed",
)
TOUCH: Final = SwitchSetting(
    key="touch",
    group=Group.HAND,
    label=QT_TRANSLATE_NOOP("Settings", "Touch mode"),
    help=QT_TRANSLATE_NOOP(
        "Settings", "Buttons as large as a fingertip; pressing long opens the menu."
    ),
    default=False,
    words="tablet finger pen large",
)
SINGLE_KEYS: Final = SwitchSetting(
    key="single_keys",
    group=Group.HAND,
    label=QT_TRANSLATE_NOOP("Settings", "Single keys"),
    help=QT_TRANSLATE_NOOP(
        "Settings",
        "Keys such as K act without Ctrl. Turn them off if you speak your text or often hit "
        "keys by accident.",
    ),
    default=True,
    words="keyboard shortcut letter dictation speech",
)
PROVIDER: Final[ChoiceSetting[str]] = ChoiceSetting(
    key="provider",
    group=Group.MACHINE,
    label=QT_TRANSLATE_NOOP("Settings", "Device"),
    help=QT_TRANSLATE_NOOP(
        "Settings",
        "What the models run on. If it cannot do the work, another one does, and a notice says "
        "why.",
    ),
    default="auto",
    options=(
        Option(value="auto", label=QT_TRANSLATE_NOOP("Settings", "The best one")),
        Option(value="cpu", label="CPU", is_name=True),
        Option(value="cuda", label="CUDA", is_name=True),
        Option(value="tensorrt", label="TensorRT", is_name=True),
        Option(value="coreml", label="CoreML", is_name=True),
    ),
    words="gpu graphics card hardware nvidia",
)
THREADS: Final = NumberSetting(
    key="threads",
    group=Group.MACHINE,
    label=QT_TRANSLATE_NOOP("Settings", "Threads"),
    help=QT_TRANSLATE_NOOP(
        "Settings",
        "How many processor threads a model may use. Fewer leave more to other programs.",
    ),
    default=0,
    minimum=1,
    maximum=256,
    automatic=True,
    words="processor cpu cores",
)
MEMORY: Final = NumberSetting(
    key="memory",
    group=Group.MACHINE,
    label=QT_TRANSLATE_NOOP("Settings", "Memory"),
    help=QT_TRANSLATE_NOOP(
        "Settings", "How much memory the models may use together. Automatic: three quarters of it."
    ),
    default=0,
    minimum=1,
    maximum=1024,
    unit="GiB",
    automatic=True,
    words="ram limit",
)
IDLE_MINUTES: Final = NumberSetting(
    key="idle_minutes",
    group=Group.MACHINE,
    label=QT_TRANSLATE_NOOP("Settings", "Let models go after"),
    help=QT_TRANSLATE_NOOP(
        "Settings",
        "A model that was not used for so long gives its memory back; the next picture then "
        "takes a moment longer.",
    ),
    default=5,
    minimum=1,
    maximum=240,
    unit=QT_TRANSLATE_NOOP("Settings", "min"),
    words="idle unload memory minutes",
)

SETTINGS: Final[tuple[Setting[str] | Setting[float] | Setting[bool] | Setting[int], ...]] = (
    LANGUAGE,
    THEME,
    TEXT_SIZE,
    MOTION,
    SWAP_SIDES,
    TOUCH,
    SINGLE_KEYS,
    PROVIDER,
    THREADS,
    MEMORY,
    IDLE_MINUTES,
)
"""In the order of the dialog."""
