"""Writes the command that makes a run again, for manifests and cards."""

import shlex
from collections.abc import Collection, Mapping
from pathlib import Path


def command_line(
    words: str,
    stored: Mapping[str, object],
    default: Mapping[str, object],
    *,
    skipped: Collection[str],
) -> str:
    """`words` followed by every setting of `stored` that is not the default's.

    Both are configurations as JSON holds them. Folders of the machine are named by their last
    part, except those that every machine has.
    """
    flat_default = _flatten(default)
    parts = [words]
    for name, value in _flatten(stored).items():
        if value == flat_default.get(name) or name in skipped:
            continue
        if name == "data.path" and not str(value).startswith("/usr/share/"):
            shown: object = Path(str(value)).name
        else:
            shown = value
        option = "--" + name.replace("_", "-")
        if isinstance(shown, bool):
            group, _, flag = option.removeprefix("--").rpartition(".")
            parts.append(option if shown else f"--{group}{'.' if group else ''}no-{flag}")
        else:
            listed = shown if isinstance(shown, list) else [shown]
            parts.append(" ".join([option, *(shlex.quote(str(word)) for word in listed)]))
    return " ".join(parts)


def _flatten(tree: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """Nested settings as `group.name`."""
    flat: dict[str, object] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            flat |= _flatten(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat
