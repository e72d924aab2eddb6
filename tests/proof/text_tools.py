"""What comes with a text model besides its weights, damaged and hostile: tokenizers, templates."""

import random
from collections.abc import Iterator
from pathlib import Path

from studio.contract.errors import AtelierError, RequestInvalid, TextModelInvalid
from studio.writing.engine.chat import ChatTemplate, TemplateLimits
from studio.writing.engine.tokens import TextTokenizer
from tests.proof import mutants
from tests.proof.fuzzing import LONGEST_SENTENCE, NAME, each, is_sentence
from tests.proof.trials import Proof, Trial
from tests.writing.tokenizer_files import as_bytes, byte_level_json, characters_json, pieces

TEMPLATES = Path(__file__).resolve().parents[1] / "writing" / "templates"
TEXT = "It is a truth universally acknowledged: 字 <|im_end|> é\n\n  1813 🙂"
MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": TEXT},
    {"role": "assistant", "content": "Indeed."},
]
HASTY = TemplateLimits(seconds=2, memory=192 * 2**20, longest=1_000_000)
TAGS = (
    "{%", "%}", "{{", "}}", "{%-", "-%}", "{#", "{% endfor %}", "{% endif %}", "{% else %}",
    "{% for x in range(99999) %}", "{% set y = messages %}", "{{ messages | tojson }}",
    "{% break %}", "{% continue %}", "{% generation %}", "{% endgeneration %}", "{% raw %}",
    " ** ", " * 9999999 ", " ~ ", " is defined ", "| join('x' * 999)", ".__class__", "['']",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "raise_exception('no')", "{{ lipsum() }}",
    "{% include 'x' %}", "{{ '%099999999d' % 1 }}", "{{ 'x' | center(999999999) }}",
)  # fmt: skip
"""What is put into a template at random."""


def tokenizers(folder: Path, count: int) -> Iterator[Trial]:
    """Damaged as bytes and as well-formed JSON with wrong values."""
    sound = [
        as_bytes(byte_level_json()),
        as_bytes(characters_json(TEXT, unknown=True)),
        pieces(folder).to_json(),
    ]
    path = folder / f"{NAME}.json"

    def attempt(chance: random.Random) -> None:
        change = mutants.of_bytes if chance.random() < 0.3 else mutants.of_json
        path.write_bytes(change(chance, chance.choice(sound)))
        try:
            tokenizer = TextTokenizer.from_file(path)
        except AtelierError as error:
            is_sentence(error, NAME)
            return
        try:
            ids = tokenizer.encode(TEXT, special=chance.random() < 0.5)
        except TextModelInvalid as error:
            is_sentence(error, NAME)
        except RequestInvalid as error:
            assert len(error.message) < LONGEST_SENTENCE
        else:
            assert all(0 <= index < tokenizer.size for index in ids)
            tokenizer.decode(ids).encode("utf-8")

    return each("tokenizer", attempt, count)


def chat_templates(folder: Path, count: int) -> Iterator[Trial]:
    """Those of seven families with pieces gone, doubled, swapped and put in."""
    sound = [path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.glob("*.jinja"))]
    template = ChatTemplate("", file=folder / NAME, variables={"bos_token": "<s>"}, limits=HASTY)

    def attempt(chance: random.Random) -> None:
        template.text = _changed(chance, chance.choice(sound))
        try:
            template.render(MESSAGES[: chance.randint(0, 3)])
        except TextModelInvalid as error:
            is_sentence(error, NAME)
        except RequestInvalid as error:
            assert len(error.message) < LONGEST_SENTENCE

    with template:
        yield from each("template", attempt, count)


def _changed(chance: random.Random, text: str) -> str:
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(text) + 1)
        length = chance.randint(1, 30)
        match chance.randrange(4):
            case 0:
                text = text[:place] + text[place + length :]
            case 1:
                text = text[:place] + text[place : place + length] + text[place:]
            case 2:
                text = text[place:] + text[:place]
            case _:
                text = text[:place] + chance.choice(TAGS) + text[place:]
    return text


PROOFS = (
    Proof(
        name="tokenizers",
        tried="tokenizer.json files: single bytes and single values changed",
        holds="a tokenizer whose tokens exist, or one sentence that names it",
        trials=tokenizers,
        full=20_000,
        quick=150,
    ),
    Proof(
        name="chat-templates",
        tried="chat templates: pieces gone, doubled and put in, loops, recursion, large texts",
        holds="a text or one sentence, within the limits of time, memory and size",
        trials=chat_templates,
        full=5_000,
        quick=60,
    ),
)
