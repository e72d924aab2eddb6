"""A recipe is all that is needed to make one picture again, to the byte.

It is at once the request for a picture (before it is made ``latent``, ``making`` and
``pixels_sha256`` may be None) and what the finished picture remembers. Without numpy, because
the window reads recipes before its first paint.
"""

import hashlib
from typing import Literal

import msgspec

from studio.contract.errors import RecipeInvalid, parser_fault

RECIPE_SCHEMA = 3
"""Newest version of the recipe format that this release knows: 2 brought `Crossed`, 3 `Bred`,
`Styling` and `Enlarged`."""

CROSSED_SCHEMA = 2
"""The version of a recipe whose newest part is a crossing."""

PLAIN_SCHEMA = 1
"""The version of a recipe that needs nothing newer, so that older studios read it too."""

MAXIMUM_RECIPE_BYTES = 1_000_000
"""A recipe is a few kilobytes; whatever claims to be larger is not one."""

ControlValue = float | int | str | bool


class FromSeed(msgspec.Struct, frozen=True, tag="seed", tag_field="from"):
    """The latent is drawn from the recipe's seed: N(0, I), numpy PCG64, float32."""


class Given(msgspec.Struct, frozen=True, tag="given", tag_field="from"):
    """The latent stands in the recipe as it is; nothing derived it."""


class Near(msgspec.Struct, frozen=True, tag="near", tag_field="from"):
    """A neighbour of another latent: ``sqrt(1 - s^2) * base + s * e``, e drawn from the seed.

    The draw comes from the seed's second stream, not from the one that draws a latent. The weights
    keep the variance at one, so that a neighbour is as typical as its parent.
    """

    base: bytes
    """The parent's latent: little-endian float32."""
    strength: float
    """How different, s in [0, 1]: 0 is the parent itself, 1 an unrelated draw."""


class Crossed(msgspec.Struct, frozen=True, tag="crossed", tag_field="from"):
    """A child of two latents; see `studio.contract.crossing` for what the methods do."""

    first: bytes
    """The one parent's latent: little-endian float32."""
    second: bytes
    """The other's, of the same length."""
    share: float = 0.5
    """How much of it comes from the second parent: 0 is the first itself, 1 the second."""
    method: Literal["mixed", "between"] = "mixed"
    """"mixed": every number comes from one of the two, as the seed has it. "between": a point on
    the way from the one to the other, whatever the seed."""


class Bred(msgspec.Struct, frozen=True, tag="bred", tag_field="from"):
    """A child of any number of latents; see `studio.contract.crossing.breed_latents`."""

    parents: tuple[bytes, ...]
    """Their latents, all of one length: little-endian float32. 1 to `MAXIMUM_PARENTS`."""
    mutation: float = 0.0
    """How different from what the parents alone would give, in [0, 1]."""


Origin = FromSeed | Given | Near | Crossed | Bred

MAXIMUM_PARENTS = 16
MAXIMUM_STEPS = 64
"""So many mixings, and so many shifts, one recipe may hold."""


class Mixed(msgspec.Struct, frozen=True, kw_only=True):
    """One zone of the picture takes its style from another position (style mixing).

    Karras et al. 2019, "A Style-Based Generator Architecture", section 3.1.
    """

    zone: str
    """A zone that the model's manifest names: form, texture or colour."""
    latent: bytes
    """The other position: little-endian float32."""
    kinds: dict[str, float] = {}
    """Kinds of the other position and their shares; empty: those of the picture itself."""
    share: float = 1.0
    """How far the zone goes from its own style, 0, to the other, 1."""


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """The picture is moved along a direction: a trait is given more or less of."""

    direction: bytes
    """Little-endian float32; its length is the step of one sigma, so that amounts compare."""
    amount: float
    """In sigmas; within +-`MAXIMUM_AMOUNT`."""
    space: Literal["latent", "style"] = "style"
    """In which it points: the latent's, or that of w where the model maps to styles."""
    zone: str = ""
    """The zone that alone is moved; empty: the whole picture. Only in the space of styles."""
    name: str = ""
    """What the trait is called, for people; decides nothing."""


MAXIMUM_AMOUNT = 20.0


class Styling(msgspec.Struct, frozen=True, kw_only=True):
    """What is done to a position before the picture is made of it, in this order.

    The kinds are blended; shifts of the latent are added; the latent becomes one style (w) for
    every layer; mixings replace those of their zones; truncation draws them to the mean; shifts
    of the style are added to the layers of their zones. With ``styles`` nothing of this is done:
    they are the outcome.
    """

    kinds: dict[str, float] = {}
    """Shares of kinds, each above 0, together 1; empty: the kind that the control says."""
    mixed: tuple[Mixed, ...] = ()
    shifts: tuple[Shift, ...] = ()
    styles: bytes | None = None
    """The final style of every layer: (layers, dimension) float32, little-endian."""


class Enlarged(msgspec.Struct, frozen=True, kw_only=True):
    """The picture was enlarged after it had been made."""

    method: Literal["model", "nearest"]
    factor: int
    """Pixels a side that one pixel became."""
    model: str = ""
    """Id of the model that enlarged it."""
    graphs: dict[str, str] = {}
    """SHA-256 in hex of each of its graphs, by role."""
    tile: int = 0
    """Pixels a side of the parts that it was enlarged in; 0: in one piece."""
    source_sha256: str = ""
    """SHA-256 in hex of the pixels before."""
    making: "Fingerprint | None" = None
    """What the enlarging depended on."""


class Fingerprint(msgspec.Struct, frozen=True, kw_only=True):
    """What the making depended on besides the recipe: on an equal one a remake is identical."""

    onnxruntime: str
    """Version of onnxruntime."""
    provider: str
    """Execution provider really used, as onnxruntime names it."""
    device: str
    """The device's name as its driver or the processor gives it."""
    precision: Literal["float32", "float16", "int8"] = "float32"
    optimisation: str = "all"
    """Graph optimisation level: "disabled", "basic", "extended" or "all"."""
    cpu_flags: str = ""
    """The instruction sets that choose kernels, sorted, joined by spaces."""


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that one picture needs to be made, and to be made again."""

    schema: int = PLAIN_SCHEMA
    """The oldest version of the format that can say this."""
    studio: str = ""
    """Version of Atelier that made it."""
    model: str
    """The model's id, as in its manifest."""
    graphs: dict[str, str] = {}
    """SHA-256 in hex of each graph, by its role in the manifest. Empty: not made yet."""
    seed: int
    """Draws the latent (or the step away from the parent); 0 <= seed < 2**63."""
    origin: Origin = FromSeed()
    latent: bytes | None = None
    """Little-endian float32 values before any control is applied; None: not drawn yet."""
    noise_seed: int | None = None
    controls: dict[str, ControlValue] = {}
    """Value of each control by name; a control that is absent has its default."""
    parents: tuple[str, ...] = ()
    """Identities (see `identity`) of the pictures this one was derived from."""
    making: Fingerprint | None = None
    width: int = 0
    height: int = 0
    pixels_sha256: str | None = None
    """SHA-256 in hex of the uint8 pixels, row by row, channels interleaved."""
    styling: Styling | msgspec.UnsetType = msgspec.UNSET
    enlarged: Enlarged | msgspec.UnsetType = msgspec.UNSET
    """Then width, height and hash are those of the enlarged picture."""

    @property
    def is_made(self) -> bool:
        """Whether the recipe belongs to a picture that exists."""
        return self.latent is not None and self.pixels_sha256 is not None


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """What making pictures together adds to each of their recipes.

    The host says it once for a whole batch: the recipes themselves are known where they were
    asked for, and sending them back would cost more than drawing some of the pictures.
    """

    studio: str
    graphs: dict[str, str]
    controls: dict[str, ControlValue]
    """The default of every control of the model."""
    takes_noise: bool
    """Whether the graph is fed noise, so that a recipe without a noise seed has its own seed."""
    making: Fingerprint
    width: int
    height: int

    def complete(self, recipe: Recipe, latent: bytes, pixels_sha256: str | None) -> Recipe:
        """The recipe as it was carried out; without a hash it is that of a preview."""
        noise_seed = recipe.noise_seed
        if noise_seed is None and self.takes_noise:
            noise_seed = recipe.seed
        return Recipe(
            schema=max(recipe.schema, needed_schema(recipe)),
            studio=self.studio,
            model=recipe.model,
            graphs=self.graphs,
            seed=recipe.seed,
            origin=recipe.origin,
            latent=latent,
            noise_seed=noise_seed,
            controls={**self.controls, **recipe.controls},
            parents=recipe.parents,
            making=self.making,
            width=self.width,
            height=self.height,
            pixels_sha256=pixels_sha256,
            styling=recipe.styling,
        )


class _Identity(msgspec.Struct, frozen=True, kw_only=True):
    schema: int
    model: str
    graphs: dict[str, str]
    seed: int
    latent: bytes | None
    noise_seed: int | None
    controls: dict[str, ControlValue]
    styling: Styling | msgspec.UnsetType = msgspec.UNSET
    enlarged: tuple[str, int, str, dict[str, str]] | msgspec.UnsetType = msgspec.UNSET
    """Method, factor, model and graphs: how the work was cut up does not count."""


_deterministic = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(Recipe)


class _SchemaOnly(msgspec.Struct):
    schema: int = PLAIN_SCHEMA


_schema_decoder = msgspec.json.Decoder(_SchemaOnly)


def identity(recipe: Recipe) -> str:
    """The recipe's name: SHA-256 in hex of what decides the picture.

    Who made it, where and from whom do not count, so the same picture remade elsewhere keeps its
    name in the family tree.
    """
    enlarged = recipe.enlarged
    essence = _Identity(
        schema=recipe.schema,
        model=recipe.model,
        graphs=recipe.graphs,
        seed=recipe.seed,
        latent=recipe.latent,
        noise_seed=recipe.noise_seed,
        controls=recipe.controls,
        styling=_nameless(recipe.styling),
        enlarged=(enlarged.method, enlarged.factor, enlarged.model, enlarged.graphs)
        if isinstance(enlarged, Enlarged)
        else msgspec.UNSET,
    )
    return hashlib.sha256(_deterministic.encode(essence)).hexdigest()


def _nameless(styling: Styling | msgspec.UnsetType) -> Styling | msgspec.UnsetType:
    """What people call a trait decides nothing of the picture."""
    if not isinstance(styling, Styling):
        return styling
    shifts = tuple(msgspec.structs.replace(shift, name="") for shift in styling.shifts)
    return msgspec.structs.replace(styling, shifts=shifts)


def before_enlarging(recipe: Recipe) -> Recipe:
    """The recipe of the picture as it was before it was enlarged; of any other, itself."""
    enlarged = recipe.enlarged
    if not isinstance(enlarged, Enlarged):
        return recipe
    factor = max(enlarged.factor, 1)
    plain = msgspec.structs.replace(
        recipe,
        enlarged=msgspec.UNSET,
        width=recipe.width // factor,
        height=recipe.height // factor,
        pixels_sha256=enlarged.source_sha256 or None,
    )
    return msgspec.structs.replace(plain, schema=needed_schema(plain))


def needed_schema(recipe: Recipe) -> int:
    """The oldest version of the format that can say all of ``recipe``."""
    if (
        isinstance(recipe.styling, Styling)
        or isinstance(recipe.enlarged, Enlarged)
        or isinstance(recipe.origin, Bred)
    ):
        return RECIPE_SCHEMA
    return CROSSED_SCHEMA if isinstance(recipe.origin, Crossed) else PLAIN_SCHEMA


def encode_recipe(recipe: Recipe) -> bytes:
    """The recipe as JSON, UTF-8, latents in base64, keys in a fixed order."""
    return _deterministic.encode(recipe)


def decode_recipe(data: bytes | str, file: object = "the recipe") -> Recipe:
    """Read a recipe from bytes that may be foreign.

    Raises `RecipeInvalid`, naming ``file``, for whatever is not a recipe of a known schema.
    """
    if len(data) > MAXIMUM_RECIPE_BYTES:
        raise RecipeInvalid(file=file, fault="it is larger than any recipe")
    try:
        schema = _schema_decoder.decode(data).schema
        if not PLAIN_SCHEMA <= schema <= RECIPE_SCHEMA:
            fault = f"its format is {schema}, this Atelier reads up to {RECIPE_SCHEMA}"
            raise RecipeInvalid(file=file, fault=fault)
        recipe = _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
        raise RecipeInvalid(file=file, fault=parser_fault(error)) from error
    if recipe.schema < needed_schema(recipe):
        fault = f"it says what format {recipe.schema} cannot say"
        raise RecipeInvalid(file=file, fault=fault)
    parts = (("latent", recipe.latent), *_parents(recipe.origin), *_styles(recipe.styling))
    for name, latent in parts:
        if latent is not None and (len(latent) % 4 or not latent):
            raise RecipeInvalid(file=file, fault=f"its {name} is not a row of float32 values")
    if not 0 <= recipe.seed < 2**63:
        raise RecipeInvalid(file=file, fault="its seed is out of range")
    return recipe


def _parents(origin: Origin) -> tuple[tuple[str, bytes], ...]:
    """The latents that an origin holds, with what each is called."""
    if isinstance(origin, Near):
        return (("base", origin.base),)
    if isinstance(origin, Crossed):
        return (("first parent", origin.first), ("second parent", origin.second))
    if isinstance(origin, Bred):
        return tuple(("parent", parent) for parent in origin.parents)
    return ()


def _styles(styling: Styling | msgspec.UnsetType) -> tuple[tuple[str, bytes | None], ...]:
    """The rows of numbers that a styling holds, with what each is called."""
    if not isinstance(styling, Styling):
        return ()
    return (
        ("styles", styling.styles),
        *(("mixed position", mixed.latent) for mixed in styling.mixed),
        *(("direction", shift.direction) for shift in styling.shifts),
    )
