"""What the window's process and the model host say to each other.

Each message is the JSON head of one frame; bytes travel in the frame's body. The protocol has a
version of its own, because after an update a window may meet a host of another release.
"""

from typing import Final, Literal

import msgspec

from studio.contract.enlarging import EnlargePicture, EnlargeReport
from studio.contract.errors import ErrorWire
from studio.contract.recipe import Completion, Recipe
from studio.contract.texts import (
    InspectText,
    MiddleReport,
    RankMiddles,
    ReadingReport,
    ReadText,
    ReadToken,
    TextCompletion,
    TextEnd,
    TextModelReport,
    TextToken,
    WriteText,
)
from studio.contract.traits import FoundTraits, TraitSearch
from studio.images.engine.reports import GoldenReport
from studio.runtime.reports import DeviceReport, ProbeReport, ProviderProbe

__all__ = [
    "Advanced",
    "Answer",
    "CancelWork",
    "DeviceReport",
    "Done",
    "EnlargePicture",
    "EnlargeReport",
    "Failure",
    "FindTraits",
    "FoundTraits",
    "FromHost",
    "GenerateImages",
    "GoldenReport",
    "Hello",
    "HostSetup",
    "InspectText",
    "MapStyles",
    "MiddleReport",
    "PicturesMade",
    "ProbeDevices",
    "ProbeReport",
    "ProviderProbe",
    "RankMiddles",
    "ReadText",
    "ReadingReport",
    "Ready",
    "ReplayGolden",
    "SlotGranted",
    "SlotRefused",
    "SlotReturned",
    "SlotWanted",
    "Stopped",
    "StylesMade",
    "TextAdvanced",
    "TextBegun",
    "TextMade",
    "TextModelReport",
    "TextRead",
    "ToHost",
    "TraitBetween",
    "TraitSearch",
    "Work",
    "WorkRequest",
    "WriteText",
    "folder_of",
]

PROTOCOL_VERSION: Final = 4
"""Raised with each change that an older counterpart would misread."""

WRITING: Final = "writing"
"""The lane of texts; like that of pictures it is a process of its own."""

BACKGROUND: Final = "background"
"""The lane of work that nobody's hand waits for: it has all cores, and yields to the others."""


class _Message(msgspec.Struct, frozen=True, kw_only=True):
    """What all messages share."""


# What can be asked for.


class GenerateImages(_Message, frozen=True, kw_only=True, tag="generate"):
    """Make pictures with a generator; each recipe is one picture."""

    folder: str
    """The model's folder."""
    recipes: tuple[Recipe, ...]
    batch: int = 16
    """Pictures made at once at most; 1 <= batch."""
    single: bool = False
    """In single precision also where a card and the model allow half: what was made in it once is
    the same only in it."""


class ReplayGolden(_Message, frozen=True, kw_only=True, tag="replay"):
    """Replay a model's golden sample."""

    folder: str


class ProbeDevices(_Message, frozen=True, kw_only=True, tag="probe"):
    """Find out what this machine can run graphs on."""

    timed: bool = True
    """Whether each usable provider is timed."""
    provider: str | None = None
    """Only this provider, by the studio's name; None: all of them."""


class MapStyles(_Message, frozen=True, kw_only=True, tag="styles"):
    """Say the final styles of each recipe, in all layers and before any noise; no picture is made.

    A generator of one graph has the final latent, truncated, as one layer.
    """

    folder: str
    recipes: tuple[Recipe, ...]


class FindTraits(_Message, frozen=True, kw_only=True, tag="find_traits"):
    """Look for the directions in which a model's pictures differ."""

    folder: str
    search: TraitSearch


class TraitBetween(_Message, frozen=True, kw_only=True, tag="trait_between"):
    """Find what one pile of pictures has and another has not."""

    folder: str
    first: tuple[Recipe, ...]
    """With the trait."""
    second: tuple[Recipe, ...]
    """Without it."""


WorkRequest = (
    GenerateImages
    | ReplayGolden
    | ProbeDevices
    | MapStyles
    | FindTraits
    | TraitBetween
    | EnlargePicture
    | WriteText
    | ReadText
    | RankMiddles
    | InspectText
)


def folder_of(work: WorkRequest) -> str | None:
    """The folder or the file of the model that ``work`` runs, if it runs one."""
    if isinstance(work, ProbeDevices):
        return None
    if isinstance(work, WriteText | ReadText | RankMiddles | InspectText):
        return work.model
    return work.folder or None


# From the client to the host.


class Work(_Message, frozen=True, kw_only=True, tag="work"):
    """Do this; answered by exactly one of `Done`, `Failure` and `Stopped`."""

    request: int
    work: WorkRequest


class CancelWork(_Message, frozen=True, kw_only=True, tag="cancel"):
    """Stop the request as soon as possible."""

    request: int


class SlotGranted(_Message, frozen=True, kw_only=True, tag="slot"):
    """A part of the pixel file that the host may write, until it hands it back filled."""

    request: int
    lease: int
    """Never used twice."""
    offset: int
    length: int
    file_size: int
    """Size of the pixel file now, to map it anew where it has grown."""


class SlotRefused(_Message, frozen=True, kw_only=True, tag="no_slot"):
    """There is no room for the pixels; the request cannot go on."""

    request: int
    error: ErrorWire


ToHost = Work | CancelWork | SlotGranted | SlotRefused


# From the host to the client.


class Hello(_Message, frozen=True, kw_only=True, tag="hello"):
    """The first frame, before anything heavy is imported."""

    protocol: int
    studio: str
    pid: int


class Ready(_Message, frozen=True, kw_only=True, tag="ready"):
    """The runtime is up, and this is what it runs on; again when a graph fell to another."""

    device: DeviceReport


class Advanced(_Message, frozen=True, kw_only=True, tag="progress"):
    """How far the request is."""

    request: int
    done: int
    total: int
    stage: str
    """"loading", "making", "mapping", "verifying", "probing"; of texts "converting", "reading",
    "writing" and "measuring"; of a search and of an enlarging whatever they say."""


class SlotWanted(_Message, frozen=True, kw_only=True, tag="want_slot"):
    """Room for ``length`` bytes of pixels is needed."""

    request: int
    length: int


class SlotReturned(_Message, frozen=True, kw_only=True, tag="return_slot"):
    """A slot that was granted is of no use; nothing was or will be written there."""

    request: int
    lease: int


class PicturesMade(_Message, frozen=True, kw_only=True, tag="pictures"):
    """Pictures stand one after the other in the slot, uint8 (height, width, channels).

    The frame's body holds their latents in the same order, float32 little-endian, all of the
    same length. Their recipes are those that were asked for, completed by ``completion``.
    """

    request: int
    first: int
    """Index of the first of them among the recipes of the request."""
    count: int
    lease: int
    channels: int
    completion: Completion
    hashes: tuple[str, ...] = ()
    """SHA-256 in hex of each picture's pixels. Empty in a preview: the same pictures follow in
    the same slot, with them."""


class StylesMade(_Message, frozen=True, kw_only=True, tag="styles_made"):
    """The frame's body holds styles, (count, layers, dimension) float32 little-endian."""

    request: int
    first: int
    """Index of the first of them among the recipes of the request."""
    count: int
    layers: int
    dimension: int


class TextBegun(_Message, frozen=True, kw_only=True, tag="text_begun"):
    """The prompt was read; what follows are the tokens of the request's texts."""

    request: int
    completion: TextCompletion


class TextAdvanced(_Message, frozen=True, kw_only=True, tag="text"):
    """Tokens of one text that will not be taken back any more."""

    request: int
    index: int
    """Which of the request's texts."""
    tokens: tuple[TextToken, ...]


class TextMade(_Message, frozen=True, kw_only=True, tag="text_made"):
    """One text is whole: the texts of its tokens, one after the other."""

    request: int
    index: int
    ended: TextEnd
    tokens: int
    """That were drawn for it, those of a stop string too, which are not told."""
    stop: str = ""
    """The stop string that ended it."""


class TextRead(_Message, frozen=True, kw_only=True, tag="text_read"):
    """Some tokens of a text that is read, in order."""

    request: int
    tokens: tuple[ReadToken, ...]


class Done(_Message, frozen=True, kw_only=True, tag="done"):
    """The request is fulfilled."""

    request: int
    seconds: float
    golden: GoldenReport | None = None
    probe: ProbeReport | None = None
    traits: FoundTraits | None = None
    enlarged: EnlargeReport | None = None
    reading: ReadingReport | None = None
    middles: MiddleReport | None = None
    text_model: TextModelReport | None = None


class Failure(_Message, frozen=True, kw_only=True, tag="failure"):
    """The request cannot be fulfilled."""

    request: int
    error: ErrorWire


class Stopped(_Message, frozen=True, kw_only=True, tag="stopped"):
    """The request ended because that was asked for."""

    request: int


Answer = (
    Advanced
    | SlotWanted
    | SlotReturned
    | PicturesMade
    | StylesMade
    | TextBegun
    | TextAdvanced
    | TextMade
    | TextRead
    | Done
    | Failure
    | Stopped
)
"""What a host says of one request."""

FromHost = Hello | Ready | Answer


class HostSetup(_Message, frozen=True, kw_only=True):
    """What a host is told on its command line, as JSON, before any frame."""

    lane: str
    lanes: tuple[str, ...] = ()
    """The lanes that run beside each other and share the cores; empty: this one is alone."""
    provider: str
    threads: int | None
    memory_limit: int | None
    idle_seconds: float
    log_folder: str | None
    parent: int
    """Process id of the client: where that is gone, the host ends."""
    pixel_file: int | str
    """An inherited file descriptor, or a path where there is no inheriting."""
    precision: Literal["auto", "float32"] = "auto"
    """In what to compute: "auto" takes half precision where a card and the model allow it."""
    cache_folder: str | None = None
    """Where engines built for this machine are kept; None: nowhere."""


class OnlyRequest(msgspec.Struct, frozen=True):
    """What can still be read of a message whose content does not fit: whom to answer."""

    request: int
