"""Finds the directions that ship with a model: glasses, long hair, bold, slanted.

Positions are drawn and made into pictures by the exported graphs, something that can read labels
reads them (a ruler, or the measures of letters), and a regression says in which direction of the
space of styles each label grows. No gradients of the generator are needed. What is kept was
tested the way it will be used: fresh positions are moved by random amounts, and the label of the
moved pictures must follow the amount.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from studio.contract.manifest import (
    MANIFEST_NAME,
    Manifest,
    Model,
    StyleSpace,
    Trait,
    TraitSet,
    Zone,
    decode_manifest,
    encode_manifest,
    needed_manifest_schema,
)
from training.card import replace_section
from training.checkpoints import write_atomically
from training.data.dataset import explain_write_errors
from training.data.order import stream
from training.errors import TrainingError
from training.evaluate.run import choose_ruler, read_generator
from training.gan.sheets import save_png, tile
from training.letterforms import measure_alphabets
from training.parity import STUDIO_LEVEL, GeneratorRunner, RulerRunner
from training.ruler.manifest import Ruler
from training.ruler.train import answer_slices
from training.trait_rules import Reading, Rule, read_answers, rules_for

TRAITS_FILE = "traits.f32"
TRAITS_SHEET = "traits.png"
SECTION = "Traits"
REACH = 3.0
"""Sigmas up to which a trait is moved in the tests."""
RIDGES = (0.003, 0.03, 0.3, 3.0)
"""Shrinkage towards the plain covariance with the label, in units of the mean variance."""
ZONE_ENOUGH = 0.95
"""A zone alone is named where it does as much as this share of what all do."""
_FIND, _CHOOSE, _TEST, _SHOW = 21, 22, 23, 24
_BATCH = 64
_STEPS = 7

Values = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Pictures = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class TraitsConfig:
    """Find the traits of an exported model and write them into its folder."""

    model: Path
    """The model's folder, e.g. `exported_models/mine`."""
    ruler: Path | None = None
    """The folder of the ruler that reads labels. Unset: the shipped one that knows the model's
    classes and size. Not used for letters, which are measured."""
    positions: int = 1500
    """Positions of each class from which directions are found."""
    tests: int = 100
    """Positions of each class on which a direction is chosen, and as many on which it is tested."""
    least: float = 0.4
    """Correlation of amount and label that a trait must reach in the test to be kept."""
    seed: int = 0
    """Decides the positions and the amounts."""
    threads: int = 1
    """Threads of the processor."""
    write: bool = True
    """Write the traits into the model's manifest and card, and a sheet beside them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One trait that passed its test."""

    trait: Trait
    direction: Floats
    """(dimension,); its length is the step of one sigma."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Positions:
    """Places in the space in which traits point, and what else decides their pictures.

    `points` is (count, kinds, dimension): of a model whose kinds belong together each position has
    a point for every kind, of others one. `labels` is (count, kinds).
    """

    points: Floats
    labels: npt.NDArray[np.int64]
    noise: Floats


class Drawer:
    """The model's graphs, as far as traits need them."""

    def __init__(self, model: Model, *, threads: int) -> None:
        manifest = model.manifest
        graphs = {
            role: model.file(graph.file).read_bytes() for role, graph in manifest.graphs.items()
        }
        self._runner = GeneratorRunner(graphs, level=STUDIO_LEVEL, threads=threads)
        assert manifest.latent is not None
        self._latent = manifest.latent.dimension
        self.styles: StyleSpace | None = manifest.styles
        self.kinds = [choice.value for choice in manifest.classes()]
        self.together = manifest.specimen
        control = manifest.control("truncation")
        self._truncation = float(control.default) if control is not None else 1.0

    @property
    def dimension(self) -> int:
        """Numbers of a direction."""
        return self._latent if self.styles is None else self.styles.dimension

    def positions(self, count: int, kind: int | None, *key: int) -> Positions:
        """`count` positions of one kind, or of all together; `key` decides which."""
        random = stream(*key, 0 if kind is None else kind + 1)
        latent = random.standard_normal((count, self._latent), dtype=np.float32)
        kinds = np.arange(max(len(self.kinds), 1)) if kind is None else np.array([kind])
        labels = np.broadcast_to(kinds, (count, len(kinds))).astype(np.int64)
        noise = random.standard_normal((count, self._runner.noise_numbers), dtype=np.float32)
        repeated = np.repeat(latent, len(kinds), axis=0)
        if self.styles is None:
            points = repeated * np.float32(self._truncation)
        else:
            points = self._runner.styles(
                repeated, self._weights(labels), truncation=self._truncation
            )[:, 0]
        return Positions(points=points.reshape(count, len(kinds), -1), labels=labels, noise=noise)

    def _weights(self, labels: npt.NDArray[np.int64]) -> Floats:
        return np.eye(max(len(self.kinds), 1), dtype=np.float32)[labels.reshape(-1)]

    def draw(
        self, positions: Positions, shift: Floats | None = None, zone: Zone | None = None
    ) -> Pictures:
        """Pictures (count, kinds, h, w, c), each position moved by its row of `shift`."""
        count, kinds, width = positions.points.shape
        points = positions.points.reshape(-1, width)
        noise = np.repeat(positions.noise, kinds, axis=0)
        weights = self._weights(positions.labels)
        moves = np.zeros_like(points) if shift is None else np.repeat(shift, kinds, axis=0)
        parts = []
        for first in range(0, len(points), _BATCH):
            rows = slice(first, first + _BATCH)
            if self.styles is None:
                parts.append(self._runner.run(points[rows] + moves[rows], weights[rows]))
                continue
            acting = np.array([zone in (None, layer) for layer in self.styles.layers])
            styles = points[rows][:, None] + moves[rows][:, None] * acting[None, :, None]
            parts.append(self._runner.draw(styles.astype(np.float32), noise[rows]))
        pictures = np.concatenate(parts)
        return pictures.reshape(count, kinds, *pictures.shape[1:])


class Reader:
    """Reads a trait's label from pictures."""

    def __init__(self, ruler: Ruler | None, *, threads: int) -> None:
        """Without a ruler the pictures are alphabets, which are measured."""
        self._ruler = ruler
        self._runner = RulerRunner(ruler.graph, threads=threads) if ruler is not None else None

    def read(self, pictures: Pictures, wanted: Sequence[tuple[Rule, Reading | None]]) -> Values:
        """pictures (count, kinds, h, w, c) -> (count, wanted); numbers that mean nothing absolute.

        A reading that the ruler cannot make is not a number.
        """
        if self._ruler is None or self._runner is None:
            return measure_alphabets(pictures[..., 0], [rule.name for rule, _ in wanted])
        heads = self._ruler.manifest.heads
        where = answer_slices(heads)
        _, answers = self._runner.run(pictures[:, 0])
        columns = []
        for _, reading in wanted:
            column = None
            for head, part in zip(heads, where, strict=True):
                if reading is not None and (head.of, head.name) == (reading.kind, reading.head):
                    column = read_answers(reading, head, answers[:, part])
            columns.append(np.full(len(pictures), np.nan) if column is None else column)
        return np.stack(columns, axis=1)


def normal_scores(values: Values) -> Values:
    """The ranks of values (count,) as numbers of a normal distribution of variance one.

    Labels are sure of themselves or skewed; a regression of ranks is not led by the few extremes.
    """
    count = len(values)
    order = values.argsort(kind="stable").argsort(kind="stable")
    _, inverse, sizes = np.unique(values, return_inverse=True, return_counts=True)
    ranks = np.bincount(inverse, weights=order)[inverse] / sizes[inverse]  # ties share a rank
    grid = np.linspace(-6, 6, 4801)
    density = np.exp(-grid * grid / 2)
    distribution = density.cumsum() / density.sum()
    scores: Values = np.interp((ranks + 0.5) / count, distribution, grid)
    return scores


def correlation(first: Values, second: Values) -> float:
    """Pearson's correlation; 0 where one of them does not vary."""
    spread = first.std() * second.std()
    if not spread > 0:
        return 0.0
    return float(((first - first.mean()) * (second - second.mean())).mean() / spread)


def regress(points: Values, labels: Values, ridge: float) -> Floats:
    """The direction in which labels (count,) grow over points (count, dimension), both centred.

    (C + ridge * mean variance)^-1 cov(points, label): with little ridge the direction that tells
    the label best, with much the plain difference between points with and without. Its length is
    the standard deviation of the points along it.
    """
    count, width = points.shape
    covariance = points.T @ points / count
    shared: Values = points.T @ labels / count
    level = ridge * np.trace(covariance) / width
    direction: Values = np.linalg.solve(covariance + level * np.eye(width), shared)
    length = np.linalg.norm(direction)
    if not length > 0:
        return np.zeros(width, dtype=np.float32)
    direction /= length
    step: Floats = (direction * (points @ direction).std()).astype(np.float32)
    return step


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A rule in the pictures that it is looked for in: those of one kind, or all together."""

    rule: Rule
    reading: Reading | None
    kind: int | None
    points: Values
    """Centred, (count, dimension)."""
    labels: Values
    """Normal scores, (count,)."""


class TraitFinder:
    """All the arithmetic; no files."""

    def __init__(
        self, config: TraitsConfig, drawer: Drawer, reader: Reader, rules: Sequence[Rule]
    ) -> None:
        self._config, self._drawer, self._reader, self._rules = config, drawer, reader, rules

    def find(self) -> list[Found]:
        """The traits that follow their amounts, in the order of the rules."""
        parts = self._parts()
        found: list[Found] = []
        for rule in self._rules:
            own = [part for part in parts if part.rule is rule]
            if own:
                found += self._find_rule(rule, own)
        return found

    def _parts(self) -> list[_Part]:
        """Every rule in every kind that it can be read of, with points and labels."""
        config, drawer = self._config, self._drawer
        kinds: Sequence[int | None] = [None] if drawer.together else range(len(drawer.kinds))
        parts = []
        for kind in kinds:
            wanted = self._wanted(kind)
            if not wanted:
                continue
            positions = drawer.positions(config.positions, kind, config.seed, _FIND)
            labels = self._reader.read(drawer.draw(positions), wanted)
            # Of a model whose kinds belong together a position is the mean over them.
            points = positions.points.astype(np.float64)
            points = (points - points.mean(axis=0)).mean(axis=1)
            for (rule, reading), column in zip(wanted, labels.T, strict=True):
                if np.isfinite(column).all() and column.std() > 0:
                    parts.append(
                        _Part(
                            rule=rule,
                            reading=reading,
                            kind=kind,
                            points=points,
                            labels=normal_scores(column),
                        )
                    )
        return parts

    def _wanted(self, kind: int | None) -> list[tuple[Rule, Reading | None]]:
        if kind is None:
            return [(rule, None) for rule in self._rules]
        name = self._drawer.kinds[kind]
        return [
            (rule, reading)
            for rule in self._rules
            for reading in rule.readings
            if reading.kind == name
        ]

    def _find_rule(self, rule: Rule, parts: Sequence[_Part]) -> list[Found]:
        """One trait for all kinds that share a direction, one each for those with their own."""
        chosen = {id(part): self._choose(part, [part]) for part in parts}
        groups: list[tuple[list[_Part], Floats]] = []
        if len(parts) > 1:
            together, _ = self._choose_shared(parts)
            shared = [
                part
                for part in parts
                if self._follows(part, together, _CHOOSE)
                >= max(self._config.least, 0.9 * chosen[id(part)][1])
            ]
            if len(shared) > 1:
                groups.append((shared, together))
        taken = {id(part) for group, _ in groups for part in group}
        groups += [([part], chosen[id(part)][0]) for part in parts if id(part) not in taken]
        return [
            made
            for number, (group, direction) in enumerate(groups)
            if (made := self._finish(rule, group, direction, alone=number == 0)) is not None
        ]

    def _choose(self, part: _Part, among: Sequence[_Part]) -> tuple[Floats, float]:
        """The best direction for one part from the data of some, and how well it is followed."""
        points = np.concatenate([other.points for other in among])
        labels = np.concatenate([other.labels for other in among])
        tried = [regress(points, labels, ridge) for ridge in RIDGES]
        scores = [self._follows(part, direction, _CHOOSE) for direction in tried]
        best = int(np.argmax(scores))
        return tried[best], scores[best]

    def _choose_shared(self, parts: Sequence[_Part]) -> tuple[Floats, float]:
        """The direction that does best over all parts together."""
        points = np.concatenate([part.points for part in parts])
        labels = np.concatenate([part.labels for part in parts])
        tried = [regress(points, labels, ridge) for ridge in RIDGES]
        scores = [
            float(np.mean([self._follows(part, direction, _CHOOSE) for part in parts]))
            for direction in tried
        ]
        best = int(np.argmax(scores))
        return tried[best], scores[best]

    def _follows(
        self, part: _Part, direction: Floats, purpose: int, zone: Zone | None = None
    ) -> float:
        """Correlation of the amounts by which fresh positions are moved with their labels."""
        config = self._config
        if not direction.any():
            return 0.0
        positions = self._drawer.positions(config.tests, part.kind, config.seed, purpose)
        amounts = stream(config.seed, purpose, 1).uniform(-REACH, REACH, config.tests)
        shift = (amounts[:, None] * direction).astype(np.float32)
        pictures = self._drawer.draw(positions, shift, zone)
        labels = self._reader.read(pictures, [(part.rule, part.reading)])[:, 0]
        return correlation(amounts, normal_scores(labels))

    def _finish(
        self, rule: Rule, group: Sequence[_Part], direction: Floats, *, alone: bool
    ) -> Found | None:
        """The trait, tested on positions that nothing was chosen by; None if it fails."""
        styles = self._drawer.styles
        # The zone is chosen on the positions on which the direction was.
        zone: Zone | None = None
        if styles is not None:
            whole = self._mean_follows(group, direction, _CHOOSE, None)
            zones = styles.zones()
            alone_in = [self._mean_follows(group, direction, _CHOOSE, each) for each in zones]
            best = int(np.argmax(alone_in))
            if len(zones) > 1 and alone_in[best] >= ZONE_ENOUGH * whole:
                zone = zones[best]
        tested = self._mean_follows(group, direction, _TEST, zone)
        if tested < self._config.least:
            return None
        kinds = tuple(self._drawer.kinds[part.kind] for part in group if part.kind is not None)
        return Found(
            trait=Trait(
                name=rule.name if alone else f"{rule.name}-{kinds[0]}",
                label=rule.label,
                ends=rule.ends,
                kinds=() if set(kinds) == set(self._drawer.kinds) else kinds,
                zone=zone,
                correlation=round(tested, 3),
            ),
            direction=direction,
        )

    def _mean_follows(
        self, group: Sequence[_Part], direction: Floats, purpose: int, zone: Zone | None
    ) -> float:
        return float(np.mean([self._follows(part, direction, purpose, zone) for part in group]))

    def sheet(self, found: Sequence[Found]) -> Pictures:
        """A row for each trait: one position moved from -3 to 3 sigmas."""
        rows = []
        amounts = np.linspace(-REACH, REACH, _STEPS)
        for number, entry in enumerate(found):
            kinds = self._drawer.kinds
            kind = None if self._drawer.together else 0
            if entry.trait.kinds:
                kind = kinds.index(entry.trait.kinds[0])
            one = self._drawer.positions(1, kind, self._config.seed, _SHOW, number)
            moved = Positions(
                points=np.repeat(one.points, _STEPS, axis=0),
                labels=np.repeat(one.labels, _STEPS, axis=0),
                noise=np.repeat(one.noise, _STEPS, axis=0),
            )
            shift = (amounts[:, None] * entry.direction).astype(np.float32)
            pictures = self._drawer.draw(moved, shift, entry.trait.zone)
            rows += [picture[number % len(picture)] for picture in pictures]
        return tile(np.stack(rows), _STEPS)


def card_of(found: Sequence[Found], labels: Mapping[str, str], config: TraitsConfig) -> str:
    """The section of the card; `labels` are the kinds' names."""
    rows = "\n".join(
        f"| {entry.trait.label.en} · {entry.trait.label.zh} | "
        f"{', '.join(labels[kind] for kind in entry.trait.kinds) or 'all'} | "
        f"{entry.trait.zone or 'whole'} | {entry.trait.correlation:.2f} |"
        for entry in found
    )
    return f"""Directions in which one thing changes, found by regression on the labels of \
{config.positions:,} samples of each kind, which nobody chose. The correlation is that between the \
amount, from -{REACH:g} to {REACH:g} sigmas, and the ranks of the labels of {config.tests:,} other \
samples of each kind that were moved by it; traits below {config.least:g} are not kept. A zone is \
named where moving it alone does at least {ZONE_ENOUGH:.0%} of what moving all layers does.

| trait | kinds | zone | correlation |
|---|---|---|---|
{rows}

![One sample for each trait, in the order of the table, moved from -{REACH:g} to {REACH:g} \
sigmas]({TRAITS_SHEET})

Seed {config.seed}.
"""


def find_traits(config: TraitsConfig) -> str:
    """Find a model's traits and, unless asked not to, write them; returns what is to be said."""
    if config.positions < 50 or config.tests < 20:
        raise TrainingError("--positions must be at least 50 and --tests at least 20.")
    model = read_generator(config.model)
    manifest = model.manifest
    drawer = Drawer(model, threads=config.threads)
    rules = rules_for(drawer.kinds, letters=manifest.specimen)
    if not rules:
        raise TrainingError(
            f"{config.model}: nothing is known to look for in its pictures; traits are read of the "
            "parts of avatars and of letters. Others are found in the studio, from kept pictures "
            "with and without them."
        )
    ruler = None if manifest.specimen else choose_ruler(config.ruler, manifest)
    finder = TraitFinder(config, drawer, Reader(ruler, threads=config.threads), rules)
    found = finder.find()
    said = "\n".join(
        f"{entry.trait.name}: {entry.trait.correlation:.2f}, "
        f"{entry.trait.zone or 'whole picture'}, {', '.join(entry.trait.kinds) or 'all kinds'}"
        for entry in found
    )
    if not found:
        return f"{config.model}: no trait follows its amount; nothing was written."
    if config.write:
        _write(config, manifest, found, finder.sheet(found))
    return f"{said}\n{config.model}: {len(found)} traits."


def _write(config: TraitsConfig, seen: Manifest, found: Sequence[Found], sheet: Pictures) -> None:
    """Directions, sheet, card and, last, the manifest: each whole or as it was."""
    folder = config.model
    current = read_generator(folder).manifest
    if [graph.sha256 for graph in current.graphs.values()] != [
        graph.sha256 for graph in seen.graphs.values()
    ]:
        raise TrainingError(
            f"{folder}: the model was replaced while its traits were sought; seek them again."
        )
    body = np.stack([entry.direction for entry in found]).astype("<f4").tobytes()
    manifest = msgspec.structs.replace(
        current,
        traits=TraitSet(
            file=TRAITS_FILE,
            sha256=hashlib.sha256(body).hexdigest(),
            space="latent" if current.styles is None else "style",
            traits=tuple(entry.trait for entry in found),
        ),
    )
    manifest = msgspec.structs.replace(manifest, schema=needed_manifest_schema(manifest))
    text = encode_manifest(manifest)
    decode_manifest(text, folder / MANIFEST_NAME)  # what cannot be read again replaces nothing
    labels = {choice.value: choice.label.en for choice in current.classes()}
    with explain_write_errors(folder, "the traits"):
        write_atomically(folder / TRAITS_FILE, lambda file: file.write(body))
        save_png(folder / TRAITS_SHEET, sheet)
        path = folder / current.card
        card = replace_section(
            path.read_text(encoding="utf-8"),
            SECTION,
            card_of(found, labels, config),
        )
        write_atomically(path, lambda file: file.write(card.encode("utf-8")))
        write_atomically(folder / MANIFEST_NAME, lambda file: file.write(text))
