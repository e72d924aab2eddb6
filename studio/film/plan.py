"""From a film to the recipe of each of its pictures.

A picture at a key is the key's own picture; between two keys it is made of both: its position or
its styles lie on the way from the one to the other, kinds are blended, traits and numbers pass
over evenly. What cannot lie between, such as a choice, changes half-way.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import numpy as np

from studio.contract.arrays import latent_from_bytes, latent_to_bytes
from studio.contract.errors import RequestInvalid
from studio.contract.manifest import Control, Manifest
from studio.contract.recipe import (
    MAXIMUM_STEPS,
    ControlValue,
    Given,
    Mixed,
    Recipe,
    Shift,
    Styling,
    identity,
    needed_schema,
)
from studio.film.ways import Curve, Values, along_line, along_sphere
from studio.images.document import wish
from studio.images.timeline import (
    Film,
    Key,
    Moment,
    check_film,
    eased,
    frame_count,
    frame_time,
    gap_after,
    hold_of,
    moment_at,
    zone_share,
)

_LEAST: Final = 1e-6
"""A share or an amount below this is none."""
_DIGITS: Final = 6


class FilmPlan:
    """Says the recipe of any picture of one film; from any thread, always the same."""

    def __init__(
        self, film: Film, manifest: Manifest, styles: Mapping[str, bytes] | None = None
    ) -> None:
        """``styles`` are the final styles of the keys by their ids, where the film needs them.

        Raises `RequestInvalid` for a film that cannot be made with this model.
        """
        check_film(film)
        check_model(film, manifest)
        self.film = film
        self._manifest = manifest
        dimension = manifest.latent.dimension if manifest.latent is not None else 0
        self._latents: list[Values] = [
            latent_from_bytes(key.recipe.latent or b"", dimension) for key in film.keys
        ]
        self._styles: list[Values] = []
        if needs_styles(film):
            assert manifest.styles is not None
            shape = len(manifest.styles.layers), manifest.styles.dimension
            for key in film.keys:
                row = (styles or {}).get(key.id, b"")
                if len(row) != 4 * shape[0] * shape[1]:
                    raise RequestInvalid(fault="the styles of its keys are not known")
                self._styles.append(np.frombuffer(row, "<f4").astype(np.float32).reshape(shape))
        self._curves: dict[tuple[bool, int], Curve] = {}
        """What was asked for before: whether of latents, and from which key."""
        self._identities = [identity(key.recipe) for key in film.keys]
        first = film.keys[0].recipe
        self._noise_seed = first.seed if first.noise_seed is None else first.noise_seed

    def __len__(self) -> int:
        return frame_count(self.film)

    def recipe(self, frame: int) -> Recipe:
        """The recipe of one picture."""
        return self.recipe_at(frame_time(self.film, frame), frame)

    def recipe_at(self, time: float, frame: int = 0) -> Recipe:
        """The recipe of the picture at a time; ``frame`` matters where the noise lives."""
        moment = moment_at(self.film, time)
        key = self.film.keys[moment.first]
        if moment.is_key or key.easing == "cut":
            recipe = wish(key.recipe)
        else:
            recipe = self._between(moment, key)
        noise = self._noise_seed
        if self.film.noise == "living":
            noise = (noise + frame) % 2**63
        return msgspec.structs.replace(recipe, noise_seed=noise)

    def _between(self, moment: Moment, key: Key) -> Recipe:
        film = self.film
        share = eased(moment.share, key.easing)
        first, second = key.recipe, film.keys[moment.second].recipe
        near = first if share < 0.5 else second
        styling: Styling | None
        if needs_styles(film):
            styling = Styling(styles=latent_to_bytes(self._styled(moment, key)))
            latent = near.latent or b""
        else:
            styling = self._styling(first, second, share)
            latent = latent_to_bytes(self._led(self._latents, moment, share))
        recipe = Recipe(
            model=film.model,
            seed=near.seed,
            origin=Given(),
            latent=latent,
            controls=self._controls(first, second, share),
            parents=tuple(
                dict.fromkeys((self._identities[moment.first], self._identities[moment.second]))
            ),
            styling=msgspec.UNSET if styling is None else styling,
        )
        return msgspec.structs.replace(recipe, schema=needed_schema(recipe))

    def _styled(self, moment: Moment, key: Key) -> Values:
        """(layers, dimension): each zone as far on its way as its turn has come."""
        film = self.film
        if film.way == "style":
            share = eased(moment.share, key.easing)
            return self._led(self._styles, moment, share)
        space = self._manifest.styles
        assert space is not None
        zones = space.zones()
        result = np.empty_like(self._styles[0])
        for at, zone in enumerate(zones):
            passed = zone_share(moment.share, at, len(zones), film.lead)
            led = self._led(self._styles, moment, eased(passed, key.easing))
            layers = [layer for layer, name in enumerate(space.layers) if name == zone]
            result[layers] = led[layers]
        return result

    def _led(self, points: Sequence[Values], moment: Moment, share: float) -> Values:
        """Where the way from key to key is at ``share``, straight or on the curve."""
        is_position = points is self._latents
        first, second = moment.first, moment.second
        if self.film.course == "straight" or len(points) < 3:
            along = along_sphere if is_position else along_line
            return along(points[first], points[second], share)
        which = is_position, first
        curve = self._curves.get(which)
        if curve is None:
            curve = self._curves[which] = self._curve(points, first, second, is_position)
        return curve.at(share)

    def _curve(self, points: Sequence[Values], first: int, second: int, is_position: bool) -> Curve:
        """The curve between two keys, which their neighbours bend."""
        count = len(points)
        before, after = first - 1, second + 1
        if self.film.loop:
            before, after = before % count, after % count
        gap = self._travel(first)
        gaps = [gap, gap, gap]
        if before >= 0:
            gaps[0] = self._travel(before)
        if after < count:
            gaps[2] = self._travel(second)
        around = [points[max(0, before)], points[first], points[second]]
        around.append(points[min(count - 1, after)])
        return Curve(around, gaps, on_sphere=is_position)

    def _travel(self, index: int) -> float:
        """Seconds that the way from a key to the next takes, without its hold."""
        return max(1e-3, gap_after(self.film, index) - hold_of(self.film, index))

    def _controls(self, first: Recipe, second: Recipe, share: float) -> dict[str, ControlValue]:
        values: dict[str, ControlValue] = {}
        for control in self._manifest.controls:
            one = first.controls.get(control.name, control.default)
            other = second.controls.get(control.name, control.default)
            values[control.name] = _passing(control, one, other, share)
        return values

    def _styling(self, first: Recipe, second: Recipe, share: float) -> Styling | None:
        """What is done to the position between two; None: nothing."""
        one, other = _styling_of(first), _styling_of(second)
        kinds = self._kinds(first, second, share)
        if not (kinds or one.mixed or other.mixed or one.shifts or other.shifts):
            return None
        styling = Styling(
            kinds=kinds,
            mixed=_mixings(one.mixed, other.mixed, share),
            shifts=_shifts(one.shifts, other.shifts, share),
        )
        if len(styling.mixed) > MAXIMUM_STEPS or len(styling.shifts) > MAXIMUM_STEPS:
            raise RequestInvalid(fault=f"two keys have more than {MAXIMUM_STEPS} traits together")
        return None if styling == Styling() else styling

    def _kinds(self, first: Recipe, second: Recipe, share: float) -> dict[str, float]:
        """The shares of the kinds; empty where both are of one and the same."""
        control = self._manifest.control("class")
        if control is None:
            return {}
        one, other = (_kinds_of(recipe, control) for recipe in (first, second))
        blended = _blend(one, other, share)
        return {} if len(one) == len(other) == 1 and one.keys() == other.keys() else blended


def needs_styles(film: Film) -> bool:
    """Whether the styles of its keys must be known before its pictures are."""
    return film.way != "position"


def check_model(film: Film, manifest: Manifest) -> None:
    """Raise `RequestInvalid` for a film that this model cannot make; says what would be."""
    if manifest.kind != "gan":
        raise RequestInvalid(fault=f"{manifest.id} is a {manifest.kind} model, it draws nothing")
    if film.model != manifest.id:
        raise RequestInvalid(fault=f"the film is by {film.model!r}, this is {manifest.id!r}")
    if needs_styles(film) and manifest.styles is None:
        fault = f"{manifest.id!r} has no styles to travel by; travel by position instead"
        raise RequestInvalid(fault=fault)


def _passing(
    control: Control, first: ControlValue, second: ControlValue, share: float
) -> ControlValue:
    """What a control has between two values; what has no middle changes half-way."""
    if control.type in ("choice", "toggle") or isinstance(first, str) or isinstance(second, str):
        return first if share < 0.5 else second
    if first == second:
        return first
    value = float(first) + share * (float(second) - float(first))
    return round(value) if control.type == "integer" else round(value, _DIGITS)


def _styling_of(recipe: Recipe) -> Styling:
    return recipe.styling if isinstance(recipe.styling, Styling) else Styling()


def _kinds_of(recipe: Recipe, control: Control) -> dict[str, float]:
    kinds = _styling_of(recipe).kinds
    return kinds or {str(recipe.controls.get(control.name, control.default)): 1.0}


def _blend(
    first: Mapping[str, float], second: Mapping[str, float], share: float
) -> dict[str, float]:
    """Shares between two blends, none of them nothing, together 1."""
    names = [*first, *(name for name in second if name not in first)]
    mixed = {
        name: (1.0 - share) * first.get(name, 0.0) + share * second.get(name, 0.0) for name in names
    }
    kept = {name: part for name, part in mixed.items() if part > _LEAST}
    whole = sum(kept.values())
    return {name: part / whole for name, part in kept.items()}


def _mixings(first: Sequence[Mixed], second: Sequence[Mixed], share: float) -> tuple[Mixed, ...]:
    """The zones' other positions: those of both pass into each other, the rest fade."""
    mixed = []
    others = list(second)
    for one in first:
        match = next((other for other in others if other.zone == one.zone), None)
        if match is None:
            mixed.append(msgspec.structs.replace(one, share=one.share * (1.0 - share)))
            continue
        others.remove(match)
        mixed.append(
            Mixed(
                zone=one.zone,
                latent=_latent_between(one.latent, match.latent, share),
                kinds=_blend(one.kinds, match.kinds, share)
                if one.kinds and match.kinds
                else (one.kinds if share < 0.5 else match.kinds),
                share=one.share + share * (match.share - one.share),
            )
        )
    mixed += [msgspec.structs.replace(other, share=other.share * share) for other in others]
    return tuple(part for part in mixed if part.share > _LEAST)


def _latent_between(first: bytes, second: bytes, share: float) -> bytes:
    if len(first) != len(second):
        raise RequestInvalid(fault="two keys take a zone from positions of different lengths")
    ends = [latent_from_bytes(latent, len(latent) // 4) for latent in (first, second)]
    return latent_to_bytes(along_sphere(ends[0], ends[1], share))


def _shifts(first: Sequence[Shift], second: Sequence[Shift], share: float) -> tuple[Shift, ...]:
    """Amounts of traits between two keys; a key without a trait has none of it."""
    amounts: dict[tuple[bytes, str, str], tuple[Shift, float]] = {}
    for shifts, weight in ((first, 1.0 - share), (second, share)):
        for shift in shifts:
            which = (shift.direction, shift.space, shift.zone)
            known, amount = amounts.get(which, (shift, 0.0))
            amounts[which] = known, amount + weight * shift.amount
    return tuple(
        msgspec.structs.replace(shift, amount=amount)
        for shift, amount in amounts.values()
        if abs(amount) > _LEAST
    )
