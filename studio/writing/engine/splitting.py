"""How byte-level tokenizers cut a text into words before they merge bytes within each.

A GGUF file only names its way of cutting (``tokenizer.ggml.pre``); the expressions themselves are
known to whoever runs it. Here are those of the widespread families, as the makers of the models
wrote them in their tokenizer.json (Oniguruma syntax, which the ``tokenizers`` library speaks).
Where several are given, each cuts what the one before left whole.

Sources: the tokenizer.json of GPT-2, StarCoder, Llama 3, Qwen 2 and 3.5, Mistral Nemo (Tekken),
GPT-4o, DeepSeek and Bloom; the names are those that llama.cpp's converter gives
(src/llama-vocab.cpp).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

_GPT_2: Final = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
_TAIL: Final = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_SHORT: Final = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_WORD: Final = _SHORT + r"|[^\r\n\p{L}\p{N}]?\p{L}+"
_UPPER: Final = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
_LOWER: Final = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_SLASH_TAIL: Final = r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_EACH_DIGIT: Final = r"\p{N}"
_CAMEL: Final = (
    rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+",
    rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*",
)
_BLOOM: Final = r" ?[^(\s|.,!?…。，、।۔،)]+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Splitting:
    """How one family of byte-level tokenizers cuts a text."""

    patterns: tuple[str, ...]
    whole_words: bool = False
    """Whether a word that is a token itself is taken without merging (``ignore_merges``)."""
    begins: bool = False
    """Whether a text begins with the token for it, where the file does not say."""


_GPT_2_FAMILY: Final = Splitting(patterns=(_GPT_2,))
_DIGITS_FAMILY: Final = Splitting(patterns=(_EACH_DIGIT, _GPT_2))
_LLAMA_3: Final = (_WORD + r"|\p{N}{1,3}" + _TAIL,)
_LLAMA_3_FAMILY: Final = Splitting(patterns=_LLAMA_3, whole_words=True, begins=True)
_QWEN_2_FAMILY: Final = Splitting(patterns=(_WORD + r"|\p{N}" + _TAIL,))
_GPT_4O_FAMILY: Final = Splitting(
    patterns=("|".join(f"{word}{_SHORT}?" for word in _CAMEL) + r"|\p{N}{1,3}" + _SLASH_TAIL,)
)
_SIGN: Final = r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]"""
_MARKED_WORD: Final = r"[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
_SIGN_TAIL: Final = r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_DEEPSEEK_3_FAMILY: Final = Splitting(
    patterns=(
        r"\p{N}{1,3}",
        r"[一-龥぀-ゟ゠-ヿ]+",
        f"{_SIGN}[A-Za-z]+|{_MARKED_WORD}{_SIGN_TAIL}",
    )
)

_FAMILIES: Final = (
    (
        _GPT_2_FAMILY,
        "gpt-2 phi-2 mpt olmo jais trillion granite-docling gigachat mellum exaone4 modern-bert",
    ),
    (
        _DIGITS_FAMILY,
        "smollm starcoder refact command-r codeshell exaone minerva-7b mellum2",
    ),
    (_LLAMA_3_FAMILY, "llama-bpe llama3 llama-v3 falcon3 falcon-h1 pixtral midm-2.0 lfm2"),
    (Splitting(patterns=_LLAMA_3), "dbrx smaug-bpe chatglm-bpe"),
    (Splitting(patterns=_LLAMA_3, whole_words=True), "glm4 glm5"),
    (
        _QWEN_2_FAMILY,
        "qwen2 deepseek-r1-qwen stablelm2 hunyuan megrez kormo f2llmv2 grok-2 solar-open",
    ),
    (
        Splitting(
            patterns=(
                _SHORT + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}"
                r"| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
            )
        ),
        "qwen35",
    ),
    (
        Splitting(
            patterns=("|".join(_CAMEL) + r"|\p{N}" + _SLASH_TAIL,), whole_words=True, begins=True
        ),
        "tekken",
    ),
    (_GPT_4O_FAMILY, "gpt-4o llama4 kanana2 minimax-m2"),
    (_DEEPSEEK_3_FAMILY, "deepseek-v3 hunyuan-dense joyai-llm"),
    (
        Splitting(
            patterns=(r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", r"[一-龥ࠀ-一가-퟿]+", _EACH_DIGIT)
        ),
        "deepseek-coder",
    ),
    (
        Splitting(patterns=(_WORD + r"|\p{N}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+",)),
        "seed-coder",
    ),
    (Splitting(patterns=(_BLOOM,)), "bloom poro-chat gpt3-finnish"),
    (Splitting(patterns=(_BLOOM, _EACH_DIGIT)), "viking"),
    (
        Splitting(patterns=(r"[\p{P}\$\+<=>\^~\|]+", _GPT_2, r"\p{N}+", r"[0-9][0-9][0-9]")),
        "default",
    ),
)

SPLITTINGS: Final[Mapping[str, Splitting]] = MappingProxyType(
    {name: family for family, names in _FAMILIES for name in names.split()}
)
"""By the name that stands in a GGUF file under ``tokenizer.ggml.pre``."""
