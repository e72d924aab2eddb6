"""What the commands say to other programs: one JSON object a line, told apart by ``event``.

These types are the documentation of ``--json``. Fields may be added in later versions, none is
renamed or taken away. Paths are absolute. Every run ends with a line ``done`` or ``error``; an
error stands on standard error too, as a sentence. Sentences are in English, as the commands are
(only the window speaks other languages; labels of models are given in each).
"""

from typing import Literal

import msgspec

from studio.contract.texts import FormReport, OtherToken, TextEnd, TextRecipe

State = Literal["ok", "note", "fault"]
"""A note limits something, a fault keeps the studio from working."""
Verdict = Literal["identical", "identical_to_recipe", "file_changed", "differs"]


class Line(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """What all lines share: ``event`` names the kind."""


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One class that a conditional model knows."""

    value: str
    en: str
    zh: str


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One control of a model, for ``generate --control NAME=VALUE``."""

    name: str
    type: str
    """"number", "integer", "choice" or "toggle"."""
    default: float | int | str | bool
    minimum: float | None
    maximum: float | None
    """Ends of the range; null for choices and toggles."""


class ModelLine(Line, frozen=True, kw_only=True, tag="model"):
    """``models``: one model that can be used."""

    id: str
    title_en: str
    title_zh: str
    kind: str
    """What sort of model, e.g. "gan"."""
    version: str
    width: int
    height: int
    channels: int
    """1 (grey) or 3; sizes and channels are 0 for models that make no pictures."""
    classes: tuple[Kind, ...]
    zones: tuple[str, ...] = ()
    """The zones that can be mixed and moved alone, from the coarsest; empty: it has none."""
    specimen: bool = False
    """Whether all classes at one position belong together, as an alphabet's letters do."""
    controls: tuple[Setting, ...]
    licence: str
    """SPDX name."""
    licence_sentence: str
    credit: str
    folder: str
    bytes: int
    """Size of its folder."""


class BrokenModelLine(Line, frozen=True, kw_only=True, tag="broken_model"):
    """``models``: one folder that should hold a model and cannot be used."""

    folder: str
    code: str
    message: str


class VerifiedLine(Line, frozen=True, kw_only=True, tag="verified"):
    """``models --verify``: what the golden sample of one model says."""

    id: str
    folder: str
    verified: bool
    largest: int
    """Largest difference from the golden sample, 0 to 255; -1 when it could not be replayed."""
    tolerance: int
    message: str


class CheckLine(Line, frozen=True, kw_only=True, tag="check"):
    """``doctor``: one thing that was looked at."""

    name: str
    state: State
    value: str
    advice: str = ""
    """What to do about it."""


class PictureLine(Line, frozen=True, kw_only=True, tag="picture"):
    """``generate``: one picture that was written, read back and found sound."""

    path: str
    index: int
    """Place in the order asked for, from 0."""
    seed: int
    kind: str
    """Value of the class; empty for a model without classes."""
    width: int
    height: int
    pixels_sha256: str
    identity: str
    """Name of the recipe: equal for a picture made again anywhere."""


class RemakeLine(Line, frozen=True, kw_only=True, tag="remake"):
    """``remake``: what became of one picture."""

    file: str
    verdict: Verdict
    """"identical": the pixels made again are those of the file. "identical_to_recipe": they are
    those that the recipe names, and the file's format is lossy. "file_changed": likewise, but the
    file's own pixels were changed after it was written. "differs": the remake is not what the
    recipe names."""
    pixels_differing: int
    pixels: int
    """Pixels of the file; an enlarged file is compared with the remake enlarged alike."""
    largest: int
    mean: float
    """How the remake differs from the pixels in the file; -1 where sizes differ."""
    reasons: tuple[str, ...]
    """What is known to differ between the two makings."""
    model: str
    folder: str
    """The model folder that was used."""
    out: str
    """Where the remake was written, or empty."""


class EnlargedLine(Line, frozen=True, kw_only=True, tag="enlarged"):
    """``enlarge``: what became of one file."""

    file: str
    path: str = ""
    """Where the enlarged picture stands; empty if it could not be made."""
    width: int = 0
    height: int = 0
    factor: int = 0
    method: str = ""
    """"model" or "nearest"."""
    model: str = ""
    """Id of the enlarging model."""
    tile: int = 0
    """Pixels a side of the parts that it was done in."""
    has_recipe: bool = False
    """Whether it can be made again by ``remake``."""
    has_profile: bool = False
    """Whether a colour profile was carried over."""
    seconds: float = 0.0
    """Spent enlarging."""
    notes: tuple[str, ...] = ()
    """What went another way than one would think."""
    fault: str = ""
    """Why it could not be made."""
    code: str = ""
    """Class of that error."""


class FilmPlanLine(Line, frozen=True, kw_only=True, tag="film_plan"):
    """``film show``: what a film is, and about what it will take."""

    title: str
    model: str
    keys: tuple[float, ...]
    """When each of its keys is reached, in seconds."""
    frames: int
    """Pictures that the file will show."""
    made: int
    """Pictures that must be made: those of a hold are made once."""
    fps: float
    seconds: float
    loop: bool
    way: str
    """"position", "style" or "zones"."""
    course: str
    """"straight" or "curve"."""
    format: str
    width: int
    height: int
    file_bytes: int
    """About the size of the file."""
    work_bytes: int
    """What is needed besides while it is made, at most."""


class FilmProgressLine(Line, frozen=True, kw_only=True, tag="film_progress"):
    """``film render``: how far it is, a few times a second."""

    stage: Literal["preparing", "making", "writing", "checking"]
    done: int
    total: int
    """Pictures."""
    paused: bool


class FilmLine(Line, frozen=True, kw_only=True, tag="film"):
    """``film render``: a film that was written, opened again and found sound."""

    path: str
    format: str
    width: int
    height: int
    frames: int
    fps: float
    seconds: float
    bytes: int
    made: int
    """Pictures that were made now."""
    found: int
    """Pictures that an earlier run that was ended had left."""
    making_seconds: float
    writing_seconds: float
    """Writing the file and checking it."""
    notes: tuple[str, ...]
    """"padded", "thinned", "alpha_dropped": what the file does not hold as it was made."""


class TraitLine(Line, frozen=True, kw_only=True, tag="trait"):
    """``traits``: one trait of a model."""

    id: str
    """Names it on this machine, for ever."""
    name: str
    """What it is called, for ``generate --trait NAME=AMOUNT``; "gene N" where nobody named it."""
    source: Literal["shipped", "found", "piles"]
    space: Literal["latent", "style"]
    zone: str
    """Where it is applied by itself; empty: to the whole picture."""
    explained: float
    """Share of what differs between the model's pictures; 0: not measured."""
    correlation: float | None
    """Of a shipped one, with its label on pictures that were not used to find it."""
    pictures: int
    """In the two piles that it was found from; 0: in none."""
    told_apart: int
    """Of them, each judged by the others alone."""
    path: str
    """Of its strip, or empty."""


class TextModelLine(Line, frozen=True, kw_only=True, tag="text_model"):
    """``models``, ``models import``: one text model that can be used."""

    id: str
    title: str
    """As the model calls itself."""
    kind: str
    """"trained" (here, with a manifest), "gguf" or "onnx"."""
    architecture: str
    vocabulary: int
    """Tokens; 0: the model was not looked into yet (``models --verify`` does)."""
    context: int
    """Tokens that it reads at most; 0: not known."""
    chat: bool
    """Whether it has a template for conversations."""
    forms: tuple[FormReport, ...]
    """The ways in which it can be run, ``write --form``; the first is the one taken."""
    cannot: tuple[str, ...]
    """What it cannot do."""
    cautions: tuple[str, ...]
    """What is not exactly as its makers had it."""
    quality: tuple[str, ...]
    """What was measured of one that was trained here."""
    licence: str
    """As the model states it."""
    path: str
    """What is opened."""
    bytes: int
    """Size of the file or of the folder."""


class TextBegunLine(Line, frozen=True, kw_only=True, tag="text_begun"):
    """``write``: the prompt was read."""

    model: str
    form: str
    prompt_tokens: int
    context: int
    """Tokens that the model reads at most; 0: it does not say."""


class TokenLine(Line, frozen=True, kw_only=True, tag="token"):
    """``write``: one token, which will not be taken back."""

    index: int
    """Which of the texts, from 0."""
    id: int
    text: str
    """What it adds."""
    logprob: float
    """Natural logarithm of its probability as the model has it, before any sampler."""
    probability: float
    """With which it was drawn, after all samplers."""
    alternatives: tuple[OtherToken, ...]
    """With ``--alternatives``: the likeliest tokens at its place."""


class TextLine(Line, frozen=True, kw_only=True, tag="text"):
    """``write``: one text, whole."""

    index: int
    text: str
    ended: TextEnd
    stop: str
    """The stop string that ended it; empty: none did."""
    recipe: TextRecipe
    """Makes the same text again: ``write MODEL --recipe FILE``."""
    path: str = ""
    """With ``--out``: the file that it was written to."""


class RewrittenLine(Line, frozen=True, kw_only=True, tag="rewritten"):
    """``write --recipe``: what became of making a text again."""

    file: str
    """The recipe's."""
    verdict: Literal["identical", "differs"]
    reasons: tuple[str, ...]
    """What is known to differ between the two makings."""


class SurprisalLine(Line, frozen=True, kw_only=True, tag="surprisal"):
    """``score --tokens``: how surprising one token of a text is."""

    id: int
    text: str
    bits: float
    """Minus the binary logarithm of its probability after all that stands before it."""
    rank: int
    """How many tokens were likelier."""
    alternatives: tuple[OtherToken, ...]
    """With ``--alternatives``: the likeliest tokens at its place."""


class ScoreLine(Line, frozen=True, kw_only=True, tag="score"):
    """``score``: how likely a text is to a model."""

    file: str
    model: str
    form: str
    tokens: int
    """Tokens that were predicted."""
    bytes: int
    """Of the text as UTF-8."""
    bits: float
    """Minus the sum of the binary logarithms of their probabilities."""
    bits_per_byte: float
    context: int
    """Tokens that the model saw before one at most."""


class DoneLine(Line, frozen=True, kw_only=True, tag="done"):
    """The last line of a run."""

    exit_code: int
    seconds: float
    written: int = 0
    """Files written."""
    provider: str = ""
    """Execution provider that was really used, where any was."""
    reason: str = ""
    """Why it is not the better or the wanted one."""


class ErrorLine(Line, frozen=True, kw_only=True, tag="error"):
    """The last line of a run that failed."""

    code: str
    """Class of the error, e.g. "StorageFull"."""
    message: str
    exit_code: int
    written: int = 0
    """Files that were written before, and stay."""
    fields: dict[str, str] = {}
    """What the message names, e.g. the file, for programs that say it in other words."""


AnyLine = (
    ModelLine
    | BrokenModelLine
    | VerifiedLine
    | CheckLine
    | PictureLine
    | RemakeLine
    | FilmPlanLine
    | FilmProgressLine
    | FilmLine
    | EnlargedLine
    | TraitLine
    | TextModelLine
    | TextBegunLine
    | TokenLine
    | TextLine
    | RewrittenLine
    | SurprisalLine
    | ScoreLine
    | DoneLine
    | ErrorLine
)
