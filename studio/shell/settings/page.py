"""The page that documents the settings, written from their declarations.

``python -m studio.shell.settings.page`` writes it anew.
"""

from pathlib import Path
from typing import Final

from studio.shell.options import PROVIDERS
from studio.shell.settings.declared import (
    SETTINGS,
    ChoiceSetting,
    Group,
    NumberSetting,
)
from studio.shell.settings.storage import DAMAGED_NAME, FILE_NAME

PAGE: Final = Path(__file__).parent.parent / "SETTINGS.md"

_HEAD: Final = f"""# Settings

Written by `python -m studio.shell.settings.page` from the declarations; do not edit it by hand.

Everything here is changed in the window (the wheel at the foot of the rail, or Ctrl+,), holds at
once, and is kept in `{FILE_NAME}` in the user's config folder, or in `config` below `--basedir`.
Only what differs from its default is stored. A value that makes no sense falls back to its
default by itself and a notice says so; a file that cannot be read at all is set aside as
`{DAMAGED_NAME}` when something is changed. Names that this version does not know stay where they
are.
"""

_SHORTCUTS: Final = """
## Keyboard

`shortcuts` holds the keys of commands that have others than their own, by the command's name:

```json
{"shortcuts": {"images.keep": ["Ctrl+B"], "images.roll": []}}
```

An empty list takes all keys away; at most four are read. Arrows, Enter, Esc and Tab stay as they
are, and so do Ctrl+Space, Shift+Space, Ctrl+. and Ctrl+;, which belong to Chinese input methods.
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [_HEAD]
    for group in Group:
        rows = [setting for setting in SETTINGS if setting.group is group]
        parts.append(
            f"\n## {group.value}\n\n| name | what | values | default |\n|---|---|---|---|\n"
        )
        parts += [
            f"| `{s.key}` | **{s.label}.** {s.help} | {_values(s)} | {_literal(s.default)} |\n"
            for s in rows
        ]
    asked = ", ".join(f"`{provider}`" for provider in PROVIDERS)
    parts.append(f"\n`--provider` ({asked}) counts for one start and is not stored.\n")
    return "".join([*parts, _SHORTCUTS])


def _values(setting: object) -> str:
    if isinstance(setting, ChoiceSetting):
        return "<br>".join(
            f"{_literal(option.value)}: {option.label}" for option in setting.options
        )
    if isinstance(setting, NumberSetting):
        unit = f" {setting.unit}" if setting.unit else ""
        text = f"{setting.minimum} to {setting.maximum}{unit}"
        return f"{text}, or 0: automatic" if setting.automatic else text
    return "`true`, `false`"


def _literal(value: object) -> str:
    """A value as the file writes it."""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value:g}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
