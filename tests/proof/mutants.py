"""Damage to bytes and to JSON, the same each time for the same source of chance."""

import json
import random
from typing import Any

ODD_VALUES: tuple[object, ...] = (
    None, True, False, 0, -1, 2**31, 2**63, 2**64, -(2**63), 10**400, 0.5, 1e308, "", "x" * 5000,
    "../../etc/passwd", "/dev/zero", "\x00", "\u202e", "CON", "\ud800", [], {}, [[]], [None],
    {"": {}}, [0] * 1000,
)  # fmt: skip
"""What a stranger might put in a value's place."""
DEEP = "[" * 3000 + "]" * 3000


def of_bytes(chance: random.Random, sound: bytes, most: int = 6) -> bytes:
    """One to ``most`` changes: a bit, a byte, a cut, a piece doubled, noise, a length of ones."""
    data = bytearray(sound)
    for _ in range(chance.randint(1, most)):
        if not data:
            break
        place = chance.randrange(len(data))
        length = chance.randint(1, 40)
        match chance.randrange(7):
            case 0:
                data[place] ^= 1 << chance.randrange(8)
            case 1:
                data[place] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))
            case 2:
                del data[place : place + length]
            case 3:
                data[place:place] = data[place : place + length]
            case 4:
                data[place:place] = chance.randbytes(length)
            case 5:
                data[place : place + 4] = chance.choice((b"\xff" * 4, b"\0" * 4))
            case _:
                del data[place:]
    return bytes(data)


def of_json(chance: random.Random, sound: bytes) -> bytes:
    """Well-formed JSON, mostly, in which one to three values are gone, odd, moved or doubled."""
    content = json.loads(sound)
    for _ in range(chance.randint(1, 3)):
        content = _changed(chance, content)
    text = json.dumps(content)
    if chance.random() < 0.05:
        text = text.replace(json.dumps(chance.choice(_leaves(content)) or ""), DEEP, 1)
    if chance.random() < 0.05:
        text = text.replace("{", '{"schema": 1, "schema": 2, ', 1)
    return text.encode("utf-8", "surrogatepass")


def _changed(chance: random.Random, content: Any) -> Any:
    """A copy with one change somewhere in it."""
    if isinstance(content, dict) and content and chance.random() < 0.9:
        name = chance.choice(list(content))
        match chance.randrange(8):
            case 0:
                return {key: value for key, value in content.items() if key != name}
            case 1:
                return {**content, name: chance.choice(ODD_VALUES)}
            case 2:
                return {**content, "unheard-of": chance.choice(ODD_VALUES)}
            case 3:
                return {**content, name: content[chance.choice(list(content))]}
            case _:
                return {**content, name: _changed(chance, content[name])}
    if isinstance(content, list) and content and chance.random() < 0.9:
        place = chance.randrange(len(content))
        match chance.randrange(6):
            case 0:
                return content[:place] + content[place + 1 :]
            case 1:
                return content + content[place:]
            case 2:
                return content * 50
            case _:
                return [*content[:place], _changed(chance, content[place]), *content[place + 1 :]]
    if isinstance(content, str) and content and chance.random() < 0.5:
        return of_bytes(chance, content.encode("utf-8", "surrogatepass"), 2).decode("latin-1")
    if isinstance(content, int | float) and not isinstance(content, bool) and chance.random() < 0.5:
        return chance.choice((-content, content + 1, content * 1000, content // 3))
    return chance.choice(ODD_VALUES)


def _leaves(content: Any) -> list[Any]:
    if isinstance(content, dict):
        return [leaf for value in content.values() for leaf in _leaves(value)] or [""]
    if isinstance(content, list):
        return [leaf for value in content for leaf in _leaves(value)] or [""]
    return [content]
