"""Builds the tokenizer that a GGUF file carries in its metadata for the ``tokenizers`` library.

Two kinds are built. ``gpt2``: byte-level BPE with the merges of the file, cut as
`studio.writing.engine.splitting` knows the family. ``llama``: SentencePiece's BPE, of which the
file holds the pieces and their scores but not the merges; SentencePiece joins the two neighbours
whose piece has the best score, leftmost first, and that is put as a list of merges in the order of
the scores. The two agree where no two pieces share a score; where a piece can come about in
several ways (runs of one character) the order of those is a choice, see `_merges_of`.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
from tokenizers.processors import TemplateProcessing

from studio.contract.errors import TextModelInvalid, TextModelUnsupported, file_error
from studio.graphs.gguf import GgufFile
from studio.writing.engine.splitting import SPLITTINGS, Splitting
from studio.writing.engine.tokens import LARGEST_VOCABULARY, SPACE_PIECE, TextTokenizer, guarded

NORMAL, UNKNOWN, CONTROL, USER, UNUSED, BYTE = 1, 2, 3, 4, 5, 6
"""Kinds of tokens (``tokenizer.ggml.token_type``)."""

LONGEST_PIECE: Final = 256
"""Characters; longer ones cannot come about by merging. Makers allow 16 mostly."""

_KEY: Final = "tokenizer.ggml."
_ROLES: Final = (
    ("bos_token", "bos_token_id"),
    ("eos_token", "eos_token_id"),
    ("unk_token", "unknown_token_id"),
    ("sep_token", "seperator_token_id"),  # so spelled in the format
    ("pad_token", "padding_token_id"),
)
_LLAMA_ROLES: Final = (("unk_token", 0), ("bos_token", 1), ("eos_token", 2))
"""What the tokens with a role are in the ``llama`` kind where the file does not say."""
_END_KEYS: Final = ("eos_token_id", "eot_token_id", "eom_token_id")
_ENDS: Final = frozenset(
    (
        "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end|>", "<end_of_turn>", "<|endoftext|>",
        "<|end_of_text|>", "<EOT>", "<｜end▁of▁sentence｜>", "<end_of_utterance>",
    )
)  # fmt: skip
"""Tokens that end a turn or a text wherever they occur; files often do not say so, or call them
ordinary words."""


def tokenizer_from_gguf(gguf: GgufFile) -> TextTokenizer:
    """Build the tokenizer of a GGUF file.

    Raises `TextModelInvalid` for metadata that make no sense and `TextModelUnsupported`, naming
    it, for a kind that is not known here.
    """
    return _Reader(gguf).tokenizer()


def write_text_files(gguf: GgufFile, folder: Path) -> None:
    """Put what goes with the graph of a GGUF file beside it, in the widespread files.

    tokenizer.json, tokenizer_config.json, generation_config.json with all tokens that end a text,
    and chat_template.jinja if there is one.
    """
    tokenizer = tokenizer_from_gguf(gguf)
    tokenizer.save(folder)
    generation = {"bos_token_id": tokenizer.bos, "eos_token_id": sorted(tokenizer.ends)}
    template = gguf.metadata.get("tokenizer.chat_template")
    try:
        (folder / "generation_config.json").write_text(json.dumps(generation), encoding="utf-8")
        if isinstance(template, str) and template:
            (folder / "chat_template.jinja").write_text(template, encoding="utf-8", newline="")
    except OSError as error:
        raise file_error(error, folder) from error


class _Reader:
    """The metadata of one file, each value checked as it is taken."""

    def __init__(self, gguf: GgufFile) -> None:
        self._gguf = gguf
        self._file = gguf.path
        self._tokens = self._names()
        self._ids = {name: index for index, name in enumerate(self._tokens)}
        if len(self._ids) < len(self._tokens):
            twice = Counter(self._tokens).most_common(1)[0][0]
            raise self._invalid(f"its tokenizer has the token “{twice}” twice")
        self._kinds = self._token_kinds()

    def tokenizer(self) -> TextTokenizer:
        model = self._gguf.text(f"{_KEY}model")
        with guarded(self._file):
            if model == "gpt2":
                return self._byte_level()
            if model == "llama":
                return self._pieces()
        fault = f"its tokenizer is of the kind “{model}”, and only gpt2 and llama are known"
        raise TextModelUnsupported(file=self._file, fault=fault)

    def _byte_level(self) -> TextTokenizer:
        name = self._gguf.text(f"{_KEY}pre", "default")
        splitting = SPLITTINGS.get(name)
        if splitting is None:
            fault = f"its tokenizer cuts texts in the way “{name}”, which is not known here"
            raise TextModelUnsupported(file=self._file, fault=fault)
        vocabulary = self._used()
        merges = self._merges(vocabulary)
        tokenizer = Tokenizer(
            models.BPE(vocab=vocabulary, merges=merges, ignore_merges=splitting.whole_words)
        )
        tokenizer.pre_tokenizer = _cutting(splitting, self._flag("add_space_prefix", False))
        tokenizer.decoder = decoders.ByteLevel()
        cautions: tuple[str, ...] = ()
        if name == "default":
            cautions = ("the file does not say how texts are cut into words, so it is guessed",)
        return self._finished(tokenizer, self._roles(()), splitting.begins, cautions)

    def _pieces(self) -> TextTokenizer:
        scores = self._gguf.numbers(f"{_KEY}scores").tolist()
        if len(scores) != len(self._tokens):
            raise self._invalid(f"its {len(self._tokens):,} tokens have {len(scores):,} scores")
        roles = self._roles(_LLAMA_ROLES)
        merges, shared = _merges_of(self._tokens, self._kinds, scores)
        tokenizer = Tokenizer(
            models.BPE(
                vocab=self._ids,
                merges=merges,
                unk_token=roles.get("unk_token"),
                fuse_unk=True,
                byte_fallback=True,
            )
        )
        spaces: list[normalizers.Normalizer] = [normalizers.Replace(" ", SPACE_PIECE)]
        joining: list[decoders.Decoder] = [
            decoders.Replace(SPACE_PIECE, " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
        ]
        if self._flag("add_space_prefix", True):
            spaces.insert(0, normalizers.Prepend(SPACE_PIECE))
            joining.append(decoders.Strip(" ", 1, 0))
        tokenizer.normalizer = normalizers.Sequence(spaces)
        tokenizer.decoder = decoders.Sequence(joining)
        cautions: tuple[str, ...] = ()
        if shared:
            caution = (
                f"{shared:,} pieces of its tokenizer share a score with another, so that a text "
                "may be cut a little differently than its makers cut it"
            )
            cautions = (caution,)
        return self._finished(tokenizer, roles, True, cautions)

    def _finished(
        self, tokenizer: Tokenizer, roles: dict[str, str], begins: bool, cautions: tuple[str, ...]
    ) -> TextTokenizer:
        """Add the special tokens and what stands before a text."""
        begins = self._flag("add_bos_token", begins)
        ends = {index for name in _ENDS if (index := tokenizer.token_to_id(name)) is not None}
        ends |= {index for key in _END_KEYS if (index := self._id(key)) is not None}
        if "eos_token" in roles:
            ends.add(self._ids[roles["eos_token"]])
        special = {index for index, kind in enumerate(self._kinds) if kind in (CONTROL, UNKNOWN)}
        special |= ends | {self._ids[name] for name in roles.values()}
        user = [
            index for index, kind in enumerate(self._kinds) if kind == USER and index not in special
        ]
        tokenizer.add_special_tokens(
            [self._added(index, special=True) for index in sorted(special)]
        )
        tokenizer.add_tokens([self._added(index, special=False) for index in user])
        bos = roles.get("bos_token")
        if begins and bos is not None:
            tokenizer.post_processor = TemplateProcessing(
                single=[bos, "$A"], pair=[bos, "$A", "$B"], special_tokens=[(bos, self._ids[bos])]
            )
        return TextTokenizer(
            tokenizer,
            file=self._file,
            specials=roles,
            begins=begins,
            ends=ends,
            cautions=cautions,
        )

    def _added(self, index: int, *, special: bool) -> AddedToken:
        return AddedToken(self._tokens[index], special=special, normalized=False)

    def _roles(self, otherwise: Sequence[tuple[str, int]]) -> dict[str, str]:
        ids = {name: index for name, index in otherwise if index < len(self._tokens)}
        for name, key in _ROLES:
            index = self._id(key)
            if index is not None:
                ids[name] = index
        return {name: self._tokens[index] for name, index in ids.items()}

    def _names(self) -> list[str]:
        if f"{_KEY}tokens" not in self._gguf.metadata:
            raise self._invalid("it holds no tokenizer")
        names = self._gguf.texts(f"{_KEY}tokens")
        if not 0 < len(names) <= LARGEST_VOCABULARY:
            raise self._invalid(f"its tokenizer counts {len(names):,} tokens")
        return [name or f"[EMPTY_{index}]" for index, name in enumerate(names)]

    def _token_kinds(self) -> list[int]:
        if f"{_KEY}token_type" not in self._gguf.metadata:
            return [NORMAL] * len(self._tokens)
        kinds: list[int] = self._gguf.integers(f"{_KEY}token_type").tolist()
        if len(kinds) != len(self._tokens):
            raise self._invalid(f"its {len(self._tokens):,} tokens have {len(kinds):,} kinds")
        return kinds

    def _used(self) -> dict[str, int]:
        """All tokens but those that only fill the vocabulary up to a round number of rows.

        They are spelled like words (``[PAD151665]``) and no text is ever cut into them.
        """
        named = {self._id(key) for _, key in _ROLES} | {self._id(key) for key in _END_KEYS}
        return {
            name: index
            for name, index in self._ids.items()
            if self._kinds[index] != UNUSED or index in named
        }

    def _merges(self, vocabulary: Mapping[str, int]) -> list[tuple[str, str]]:
        """The merges of the file, those that can ever happen."""
        if f"{_KEY}merges" not in self._gguf.metadata:
            raise self._invalid("its tokenizer has no merges")
        merges = []
        for place, line in enumerate(self._gguf.texts(f"{_KEY}merges")):
            left, _, right = line.partition(" ")
            if not (left and right):
                raise self._invalid(f"merge {place + 1:,} of its tokenizer is no pair")
            if left in vocabulary and right in vocabulary and left + right in vocabulary:
                merges.append((left, right))
        return merges

    def _flag(self, key: str, default: bool) -> bool:
        return self._gguf.flag(_KEY + key, default)

    def _id(self, key: str) -> int | None:
        """A token that the metadata name; one that does not exist is as good as none."""
        value = self._gguf.metadata.get(_KEY + key)
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        return value if 0 <= value < len(self._tokens) else None

    def _invalid(self, fault: str) -> TextModelInvalid:
        return TextModelInvalid(file=self._file, fault=fault)


def _cutting(splitting: Splitting, prefixed: bool) -> pre_tokenizers.PreTokenizer:
    steps: list[pre_tokenizers.PreTokenizer] = [
        pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in splitting.patterns
    ]
    steps.append(
        pre_tokenizers.ByteLevel(add_prefix_space=prefixed, trim_offsets=False, use_regex=False)
    )
    return pre_tokenizers.Sequence(steps)


def _merges_of(
    tokens: Sequence[str], kinds: Sequence[int], scores: Sequence[float]
) -> tuple[list[tuple[str, str]], int]:
    """The merges that join SentencePiece's pieces in its order; and how many pieces tie.

    Each piece can come from every pair of pieces that spells it. Better scores first; of the
    pairs of one piece the longer left half first, because where it matters (runs of one
    character, joined from the left) the left half is the one that has grown.
    """
    ordinary = {
        name: score
        for name, kind, score in zip(tokens, kinds, scores, strict=True)
        if kind in (NORMAL, UNUSED)
    }
    ranked: list[tuple[float, str, str]] = []
    joined: Counter[float] = Counter()
    for name, score in ordinary.items():
        if len(name) > LONGEST_PIECE:
            continue
        pairs = [
            (score, name[:cut], name[cut:])
            for cut in range(len(name) - 1, 0, -1)
            if name[:cut] in ordinary and name[cut:] in ordinary
        ]
        ranked.extend(pairs)
        joined[score] += bool(pairs)
    ranked.sort(key=lambda pair: -pair[0])
    shared = sum(count for count in joined.values() if count > 1)
    return [(left, right) for _, left, right in ranked], shared
