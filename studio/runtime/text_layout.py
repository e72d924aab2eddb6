"""Which input of a text graph means what, told from what the graph takes and gives.

Exporters agree on little: one binds a past of keys and values a layer, another both in one
tensor, a third none; masks and positions are of 32 or 64 bits or absent; some graphs hold states
of a fixed size beside the cache, or branch on a flag. Everything is read from names, ranks,
element types and sizes of the graph itself; a configuration beside it may only name tensors.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from studio.runtime.signatures import GraphSignature, TensorSignature

INTEGERS: Final = frozenset(("int32", "int64"))
MASKS: Final = INTEGERS | {"bool", "float32", "float16"}
FLOATS: Final = frozenset(("float32", "float16"))
CACHED: Final = FLOATS | {"int8", "uint8"}

Count = Literal["past", "total", "total_less_one", "new"]
"""What a graph may want to be told beside the tokens: tokens that it has seen, will have seen,
one less than that, or is given now."""

_COUNTS: Final[Mapping[str, Count]] = MappingProxyType(
    {
        "past_sequence_length": "past", "past_seq_len": "past", "past_seqlen": "past",
        "total_sequence_length": "total", "total_seq_len": "total", "total_seqlen": "total",
        "current_sequence_length": "total", "seqlens_k": "total_less_one",
        "sequence_length": "new",
    }
)  # fmt: skip

_FOREIGN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "inputs_embeds": "it wants embeddings in place of tokens, as parts of models of pictures "
        "or sound do",
        "pixel_values": "it looks at pictures",
        "input_features": "it listens to sound",
        "input_values": "it listens to sound",
        "encoder_hidden_states": "it is the second half of a model of two halves (an encoder and "
        "a decoder), such as translate or summarise",
        "encoder_outputs": "it is the second half of a model of two halves",
        "block_table": "its cache is paged, for servers of many users",
        "block_tables": "its cache is paged, for servers of many users",
        "slot_mapping": "its cache is paged, for servers of many users",
        "cumulative_sequence_length": "its cache is paged, for servers of many users",
        "cumulative_sequence_lengths": "its cache is paged, for servers of many users",
    }
)
"""Inputs by which graphs of other kinds are known, and what to say of them."""

_PAST: Final = re.compile(r"^(past_key_values?|past_kv|past|cache|old)(?=[._\d])", re.IGNORECASE)
_PRESENT: Final = re.compile(
    r"^(present_key_values?|present_kv|present|new_cache|updated|new)(?=[._\d])", re.IGNORECASE
)
_SEQUENCE_WORDS: Final = ("past", "seq", "len", "total", "time", "ctx", "context")


class LayoutUnknown(Exception):
    """The graph is not a text model that can be run; the words end a sentence about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheEntry:
    """One tensor that a run hands to the next."""

    past: str
    present: str
    dtype: str
    shape: tuple[int, ...]
    """With one text at a time, and 0 where the tokens are counted."""
    axis: int | None
    """Along which tokens are counted; None for a state of a fixed size."""
    in_place: bool = False
    """Whether past and present may be one buffer with room to grow."""

    def sized(self, length: int) -> tuple[int, ...]:
        """The shape for ``length`` tokens."""
        if self.axis is None:
            return self.shape
        return (*self.shape[: self.axis], length, *self.shape[self.axis + 1 :])

    def elements(self, length: int) -> int:
        """Numbers in the tensor for ``length`` tokens."""
        count = 1
        for size in self.sized(length):
            count *= size
        return count


@dataclass(frozen=True, slots=True, kw_only=True)
class CountInput:
    """An input that tells how many tokens there are."""

    tensor: TensorSignature
    what: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLayout:
    """The meaning of each input and output of a graph."""

    ids: TensorSignature
    logits: TensorSignature
    mask: TensorSignature | None = None
    positions: TensorSignature | None = None
    keep: TensorSignature | None = None
    """Takes how many of the last logits are wanted; 0 for all."""
    branch: TensorSignature | None = None
    """Takes whether there is a past."""
    counts: tuple[CountInput, ...] = ()
    cache: tuple[CacheEntry, ...] = ()
    presents: frozenset[str] = frozenset()
    """Outputs besides the logits."""

    @property
    def vocabulary(self) -> int | None:
        """Logits of each token, where the graph says it."""
        size = self.logits.shape[-1]
        return size if isinstance(size, int) else None

    @property
    def grows(self) -> bool:
        """Whether anything is kept of each token."""
        return any(entry.axis is not None for entry in self.cache)

    @property
    def fixed(self) -> bool:
        """Whether a state of a fixed size is kept, from which no token can be taken back."""
        return any(entry.axis is None for entry in self.cache)

    @property
    def copies(self) -> bool:
        """Whether all that is kept is written anew with each token."""
        return any(entry.axis is not None and not entry.in_place for entry in self.cache)

    @property
    def one_at_a_time(self) -> bool:
        """Whether the graph was made for one token at a time."""
        return self.ids.shape[-1:] == (1,) and bool(self.cache)

    @property
    def last_only(self) -> bool:
        """Whether only the last token's logits come out."""
        sizes = self.logits.shape[-2:-1]
        return sizes == (1,) and self.ids.shape[-1:] != (1,)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTensors:
    """What a configuration beside the graph says of the names of its tensors."""

    roles: Mapping[str, str] = field(default_factory=dict)
    """By role ("ids", "mask", "positions", "logits"): the tensor's name."""
    cache: tuple[tuple[str, str], ...] = ()
    """Names of pasts and presents with ``%d`` for the layer."""


def plan_layout(signature: GraphSignature, named: NamedTensors | None = None) -> TextLayout:
    """What each input and output of a graph means.

    Raises `LayoutUnknown` for a graph that takes what nobody here can give it, or gives no logits.
    """
    named = named or NamedTensors()
    inputs = {tensor.name: tensor for tensor in signature.inputs}
    outputs = {tensor.name: tensor for tensor in signature.outputs}
    for name in inputs:
        reason = _FOREIGN.get(name.lower())
        if reason is not None:
            raise LayoutUnknown(f"{reason} (its input {name!r})")
    pairs = _pairs(list(inputs), list(outputs), named.cache)
    rest = {name: tensor for name, tensor in inputs.items() if name not in pairs}
    counts = _take_counts(rest)
    mask = _take(rest, named.roles.get("mask"), lambda name: name.endswith("attention_mask"))
    positions = _take(
        rest, named.roles.get("positions"), lambda name: name in ("position_ids", "cache_position")
    )
    keep = _take(rest, None, lambda name: name.endswith("logits_to_keep"))
    branch = _take(rest, None, lambda name: name == "use_cache_branch")
    ids = _take(rest, named.roles.get("ids"), lambda name: name.endswith("input_ids"))
    if ids is None:
        candidates = [tensor for tensor in rest.values() if _may_be_ids(tensor)]
        if len(candidates) != 1:
            raise LayoutUnknown("it takes no tokens")
        ids = rest.pop(candidates[0].name)
    if rest:
        pairs |= _pairs_by_order(rest, _unpaired(outputs, pairs))
        rest = {name: tensor for name, tensor in rest.items() if name not in pairs}
    if rest:
        name, tensor = next(iter(rest.items()))
        raise LayoutUnknown(
            f"it wants an input that nobody here can give it: {name!r} ({tensor.dtype}, "
            f"{list(tensor.shape)})"
        )
    logits = _logits(outputs, pairs, ids, named.roles.get("logits"))
    _check(ids, mask, positions, keep, branch)
    cache = tuple(
        _entry(inputs[past], outputs[present], (past, present) in signature.in_place)
        for past, present in pairs.items()
    )
    return TextLayout(
        ids=ids,
        logits=logits,
        mask=mask,
        positions=positions,
        keep=keep,
        branch=branch,
        counts=counts,
        cache=cache,
        presents=frozenset(outputs) - {logits.name},
    )


def is_encoder(signature: GraphSignature) -> bool:
    """Whether a graph only reads: tokens go in, and what comes out is for another graph."""
    names = {tensor.name for tensor in signature.outputs}
    return "last_hidden_state" in names and "logits" not in names


def needs_encoder(signature: GraphSignature) -> bool:
    """Whether a graph is the second half of a model of two halves."""
    return any(tensor.name.startswith("encoder_") for tensor in signature.inputs) or any(
        ".encoder." in tensor.name for tensor in signature.inputs
    )


def _take(
    rest: dict[str, TensorSignature], named: str | None, is_meant: Callable[[str], bool]
) -> TensorSignature | None:
    """Take the tensor of one meaning out of ``rest``, by the name stated or by its usual one."""
    if named is not None and named in rest:
        return rest.pop(named)
    found = next((name for name in rest if is_meant(name.lower())), None)
    return rest.pop(found) if found is not None else None


def _take_counts(rest: dict[str, TensorSignature]) -> tuple[CountInput, ...]:
    found = []
    for name in list(rest):
        what = _COUNTS.get(name.lower())
        if what is not None and rest[name].dtype in INTEGERS and len(rest[name].shape) <= 2:
            found.append(CountInput(tensor=rest.pop(name), what=what))
    return tuple(found)


def _may_be_ids(tensor: TensorSignature) -> bool:
    return tensor.dtype in INTEGERS and 1 <= len(tensor.shape) <= 3


def _pairs(
    inputs: Sequence[str], outputs: Sequence[str], templates: Sequence[tuple[str, str]]
) -> dict[str, str]:
    """By past: the present that becomes it, told by their names."""
    given = set(outputs)
    pairs = {}
    for past, present in templates:
        pattern = re.compile(re.escape(past).replace("%d", r"(\d+)"))
        for name in inputs:
            match = pattern.fullmatch(name)
            target = present.replace("%d", match[1]) if match and match.groups() else None
            if target in given and target is not None:
                pairs[name] = target
    by_rest = {_PRESENT.sub("", name): name for name in outputs if _PRESENT.match(name)}
    for name in inputs:
        if name not in pairs and _PAST.match(name):
            target = by_rest.get(_PAST.sub("", name))
            if target is not None:
                pairs[name] = target
    return pairs


def _unpaired(
    outputs: Mapping[str, TensorSignature], pairs: Mapping[str, str]
) -> list[TensorSignature]:
    taken = set(pairs.values())
    return [tensor for tensor in outputs.values() if tensor.name not in taken]


def _pairs_by_order(
    rest: Mapping[str, TensorSignature], unpaired: Sequence[TensorSignature]
) -> dict[str, str]:
    """Pair what is left in the order in which it stands, the logits being the first output."""
    pairs: dict[str, str] = {}
    if len(rest) != len(unpaired) - 1:
        return pairs
    for past, present in zip(rest.values(), unpaired[1:], strict=True):
        if past.dtype != present.dtype or len(past.shape) != len(present.shape):
            return {}
        pairs[past.name] = present.name
    return pairs


def _logits(
    outputs: Mapping[str, TensorSignature],
    pairs: Mapping[str, str],
    ids: TensorSignature,
    named: str | None,
) -> TensorSignature:
    wanted = [name for name in (named or "", "logits") if name in outputs]
    if wanted:
        found = outputs[wanted[0]]
    else:
        ranked = [
            tensor
            for tensor in _unpaired(outputs, pairs)
            if len(tensor.shape) == len(ids.shape) + 1
        ]
        if not ranked:
            raise LayoutUnknown("it gives no logits")
        found = ranked[0]
    if "hidden" in found.name:
        raise LayoutUnknown(
            f"it gives hidden states ({found.name!r}) and no logits: it was exported without the "
            "head that chooses words"
        )
    if found.dtype not in FLOATS:
        raise LayoutUnknown(f"its logits are {found.dtype}; float32 and float16 can be read")
    if len(found.shape) < 2:
        raise LayoutUnknown(f"its logits have the shape {list(found.shape)}")
    return found


def _check(
    ids: TensorSignature,
    mask: TensorSignature | None,
    positions: TensorSignature | None,
    keep: TensorSignature | None,
    branch: TensorSignature | None,
) -> None:
    if ids.dtype not in INTEGERS:
        raise LayoutUnknown(f"it takes tokens as {ids.dtype}, not as whole numbers")
    if not 1 <= len(ids.shape) <= 3:
        raise LayoutUnknown(f"it takes tokens in the shape {list(ids.shape)}")
    length = ids.shape[-1]
    if isinstance(length, int) and length != 1:
        raise LayoutUnknown(f"it takes exactly {length} tokens at once, neither more nor fewer")
    several = [size for size in ids.shape[:-1] if isinstance(size, int) and size != 1]
    if several:
        raise LayoutUnknown(f"it takes exactly {several[0]} texts at once")
    if mask is not None and (mask.dtype not in MASKS or len(mask.shape) != 2):
        raise LayoutUnknown(f"its mask is {mask.dtype} of the shape {list(mask.shape)}")
    if positions is not None and (
        positions.dtype not in INTEGERS or not 1 <= len(positions.shape) <= 2
    ):
        raise LayoutUnknown(
            f"its positions are {positions.dtype} of the shape {list(positions.shape)}, as "
            "models have them that see pictures"
        )
    if keep is not None and (keep.dtype not in INTEGERS or len(keep.shape) > 1):
        raise LayoutUnknown(f"its input {keep.name!r} is {keep.dtype}")
    if branch is not None and (branch.dtype != "bool" or len(branch.shape) > 1):
        raise LayoutUnknown(f"its input {branch.name!r} is {branch.dtype}")


def _entry(past: TensorSignature, present: TensorSignature, in_place: bool) -> CacheEntry:
    if past.dtype not in CACHED:
        raise LayoutUnknown(f"its cache {past.name!r} is {past.dtype}")
    if past.dtype != present.dtype:
        raise LayoutUnknown(
            f"its cache {past.name!r} is {past.dtype} and comes back as {present.dtype}"
        )
    if len(past.shape) != len(present.shape):
        raise LayoutUnknown(f"its cache {past.name!r} comes back in another shape")
    shape, axis = _cache_shape(past)
    return CacheEntry(
        past=past.name, present=present.name, dtype=past.dtype, shape=shape, axis=axis,
        in_place=in_place and axis is not None,
    )  # fmt: skip


def _cache_shape(past: TensorSignature) -> tuple[tuple[int, ...], int | None]:
    """The sizes for one text, with 0 along the axis of the tokens, and that axis."""
    free = [axis for axis, size in enumerate(past.shape) if not isinstance(size, int)]
    names = {axis: str(past.shape[axis] or "").lower() for axis in free}
    batch = next((axis for axis in free if names[axis] in ("batch", "batch_size", "b", "n")), None)
    if batch is None:
        batch = next((axis for axis in free if "batch" in names[axis]), None)
    if batch is None and len(free) == 2 and not _counts_tokens(names[free[0]]):
        batch = free[0]
    growing = [axis for axis in free if axis != batch]
    if len(growing) > 1:
        growing = [axis for axis in growing if _counts_tokens(names[axis])]
    odd = batch is not None and re.search(r"[*/+ ]", names[batch])
    if len(growing) > 1 or odd or len(free) - (batch is not None) > len(growing):
        raise LayoutUnknown(
            f"it does not say the sizes of its cache: {past.name!r} is {list(past.shape)}"
        )
    axis = growing[0] if growing else None
    sizes = [size if isinstance(size, int) else 1 for size in past.shape]
    if axis is not None:
        sizes[axis] = 0
    if any(size < 1 for at, size in enumerate(sizes) if at != axis):
        raise LayoutUnknown(f"its cache {past.name!r} is {list(past.shape)}")
    return tuple(sizes), axis


def _counts_tokens(name: str) -> bool:
    return any(word in name for word in _SEQUENCE_WORDS)
