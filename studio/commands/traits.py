"""``traits``: the traits of a model: found, listed, named, and written as strips to look at."""

import argparse
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from studio.commands import codes
from studio.commands.folders import writable_folder
from studio.commands.hosted import PROVIDERS, Conversation, host_settings
from studio.commands.lines import DoneLine, TraitLine
from studio.commands.lookup import resolve_model
from studio.commands.output import Output, Progress
from studio.contract.errors import HostUnavailable, RequestInvalid
from studio.contract.manifest import Model
from studio.contract.recipe import ControlValue, Recipe
from studio.contract.traits import (
    FoundTraits,
    TraitSearch,
    check_piles,
    check_search,
)
from studio.host.events import Finished, PictureReady
from studio.host.events import Progress as Advanced
from studio.host.messages import FindTraits, GenerateImages, TraitBetween
from studio.images.shifting import with_amount
from studio.images.traits import ShelfTrait, TraitShelf, trait_key
from studio.project.paths import model_roots, places
from studio.provenance.files import write_picture
from studio.provenance.pictures import encode_picture, read_recipe

AMOUNTS: Final = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
"""Of the pictures of a strip, in sigmas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line asked for."""

    model: str
    search: TraitSearch
    only_list: bool
    first: tuple[Path, ...]
    """Pictures with what is to be found; empty: it is looked for by itself."""
    second: tuple[Path, ...]
    name: str
    renames: tuple[tuple[str, str], ...]
    deletions: tuple[str, ...]
    out: Path | None
    picture: Path | None
    seed: int
    """Of the picture that strips are made of, without ``picture``."""
    provider: str

    @property
    def looks(self) -> bool:
        """Whether anything is to be searched for."""
        return not (self.only_list or self.renames or self.deletions)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help="a model's id, or its folder")
    parser.add_argument("--count", type=int, default=10, help="how many to look for (default 10)")
    parser.add_argument(
        "--search-seed", type=int, default=0, metavar="N", help="draws the positions looked at"
    )
    parser.add_argument(
        "--probes", type=int, default=0, metavar="N",
        help="how many positions to look at (default: as many as suit the model)",
    )  # fmt: skip
    parser.add_argument(
        "--class", dest="kind", default="", metavar="VALUE", help="look at this kind alone"
    )
    parser.add_argument(
        "--list", dest="only_list", action="store_true",
        help="look for nothing: say what there is",
    )  # fmt: skip
    parser.add_argument(
        "--with", dest="first", type=Path, nargs="+", default=[], metavar="FILE",
        help="pictures made here that have something ...",
    )  # fmt: skip
    parser.add_argument(
        "--without", dest="second", type=Path, nargs="+", default=[], metavar="FILE",
        help="... and those that have not: find what it is",
    )  # fmt: skip
    parser.add_argument("--name", default="", help="what to call the trait of two piles")
    parser.add_argument(
        "--rename", dest="renames", action="append", default=[], metavar="OLD=NEW",
        help="call a trait something, e.g. “gene 3=sleepy”; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--delete", dest="deletions", action="append", default=[], metavar="NAME",
        help="take a trait that was found off the list; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="DIR",
        help="write each trait as a strip, from three sigmas less to three more",
    )  # fmt: skip
    parser.add_argument(
        "--picture", type=Path, metavar="FILE", help="with --out: the picture to change"
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="with --out: the number of the picture to change"
    )
    parser.add_argument(
        "--provider", choices=PROVIDERS, default="auto", help="device to ask for (default: best)"
    )


def options_of(arguments: argparse.Namespace) -> Options:
    """Check what can be checked without a model; raises `RequestInvalid`."""
    if bool(arguments.first) != bool(arguments.second):
        raise RequestInvalid(fault="--with and --without need each other")
    if arguments.first and not arguments.name.strip():
        raise RequestInvalid(fault="--with and --without need --name: what to call the trait")
    if arguments.picture is not None and arguments.out is None:
        raise RequestInvalid(fault="--picture needs --out")
    if not 0 <= arguments.seed < 2**63:
        raise RequestInvalid(fault="--seed must lie between 0 and 2^63 - 1")
    renames = []
    for text in arguments.renames:
        old, separator, new = text.partition("=")
        if not separator or not old.strip():
            raise RequestInvalid(fault=f"--rename wants OLD=NEW, not {text!r}")
        renames.append((old.strip(), new.strip()))
    return Options(
        model=arguments.model,
        search=TraitSearch(
            count=arguments.count,
            probes=arguments.probes,
            seed=arguments.search_seed,
            kind=arguments.kind,
        ),
        only_list=arguments.only_list,
        first=tuple(arguments.first),
        second=tuple(arguments.second),
        name=arguments.name,
        renames=tuple(renames),
        deletions=tuple(arguments.deletions),
        out=arguments.out,
        picture=arguments.picture,
        seed=arguments.seed,
        provider=arguments.provider,
    )


def run(options: Options, basedir: Path | None, output: Output) -> int:
    """Do what was asked for and say what there is then; raises `AtelierError`."""
    began = time.monotonic()
    model = resolve_model(options.model, model_roots(basedir))
    shelf = TraitShelf(places(basedir), trait_key(model), model=model)
    check_search(model, options.search)
    first, second = (_recipes(files) for files in (options.first, options.second))
    if first:
        check_piles(model, first, second)
    subject = None if options.out is None else _subject(options, model)
    folder = None if options.out is None else writable_folder(options.out)
    for old, new in options.renames:
        shelf.rename(_known(shelf, old).id, new)
    for name in options.deletions:
        shelf.delete(_known(shelf, name).id)
    provider = reason = ""
    if options.looks or subject is not None:
        settings = host_settings(options.provider, places(basedir))
        with (
            output.progress(model.manifest.title.en) as progress,
            Conversation(settings, output.note) as host,
        ):
            if options.looks and first:
                found = _search(host, TraitBetween(
                    folder=str(model.folder), first=first, second=second
                ), progress)  # fmt: skip
                shelf.put_between(found, options.name)
            elif options.looks:
                asked = FindTraits(folder=str(model.folder), search=options.search)
                shelf.put_found(_search(host, asked, progress))
            _tell(shelf, model, subject, folder, host, output)
            if host.device is not None:
                provider, reason = host.device.provider, host.device.reason
    else:
        _tell(shelf, model, None, None, None, output)
    if shelf.fault is not None:
        output.note(f"studio: {shelf.fault.message}")
    if not shelf.traits():
        output.note(f"{model.manifest.id} has no traits yet; without --list some are found.")
    done = DoneLine(
        exit_code=codes.DONE,
        seconds=time.monotonic() - began,
        written=output.written,
        provider=provider,
        reason=reason,
    )
    output.result(done)
    return codes.DONE


def _tell(
    shelf: TraitShelf,
    model: Model,
    subject: Recipe | None,
    folder: Path | None,
    host: Conversation | None,
    output: Output,
) -> None:
    """Say each trait, and write its strip where one is wanted."""
    for trait in shelf.traits():
        path = ""
        if subject is not None and folder is not None and host is not None:
            path = str(_write_strip(trait, subject, model, folder, host))
            output.written += 1
        line = _line(trait, path)
        output.result(line, _text(line))


def _search(
    host: Conversation, asked: FindTraits | TraitBetween, progress: Progress
) -> FoundTraits:
    client = host.client
    request = (
        client.find_traits(asked) if isinstance(asked, FindTraits) else client.trait_between(asked)
    )
    for event in host.events(request):
        if isinstance(event, Advanced):
            progress.update(event.done, event.total, event.stage)
        elif isinstance(event, Finished) and isinstance(event.payload, FoundTraits):
            return event.payload
    raise HostUnavailable(fault="it answered without traits")


def _recipes(files: Sequence[Path]) -> tuple[Recipe, ...]:
    return tuple(map(read_recipe, files))


def _subject(options: Options, model: Model) -> Recipe:
    """The picture that strips are made of."""
    if options.picture is not None:
        recipe = read_recipe(options.picture)
        if recipe.model != model.manifest.id:
            fault = f"{options.picture} was made by {recipe.model!r}, not {model.manifest.id!r}"
            raise RequestInvalid(fault=fault)
        return msgspec.structs.replace(recipe, graphs={})
    control = model.manifest.control("class")
    controls: dict[str, ControlValue] = {}
    if control is not None and options.search.kind:
        controls[control.name] = options.search.kind
    return Recipe(model=model.manifest.id, seed=options.seed, controls=controls)


def _known(shelf: TraitShelf, name: str) -> ShelfTrait:
    trait = shelf.named(name)
    if trait is None:
        known = ", ".join(title_of(trait) for trait in shelf.traits()) or "none"
        raise RequestInvalid(fault=f"there is no trait {name!r}; there are: {known}")
    return trait


def title_of(trait: ShelfTrait) -> str:
    """What a trait is called on the command line."""
    return trait.title("en") or f"gene {trait.rank}"


def _write_strip(
    trait: ShelfTrait, subject: Recipe, model: Model, folder: Path, host: Conversation
) -> Path:
    """The pictures of a strip side by side, in one file."""
    styles = model.manifest.styles
    recipes = tuple(with_amount(subject, trait, amount, styles=styles) for amount in AMOUNTS)
    asked = GenerateImages(folder=str(model.folder), recipes=recipes, batch=len(recipes))
    pictures: list[bytes] = [b""] * len(recipes)
    width = height = channels = 0
    for event in host.events(host.client.generate(asked)):
        if isinstance(event, PictureReady):
            with event.picture as picture:
                pictures[event.index] = picture.copy()
                width, height, channels = picture.width, picture.height, picture.channels
    row = width * channels
    lines = (picture[at * row : (at + 1) * row] for at in range(height) for picture in pictures)
    data = encode_picture(b"".join(lines), width * len(recipes), height, channels, None)
    name = re.sub(r"[^\w-]+", "-", f"{model.manifest.id}-{title_of(trait)}").strip("-")
    return write_picture(folder / f"{name}.png", data, if_taken="number")


def _line(trait: ShelfTrait, path: str) -> TraitLine:
    apart = trait.separation
    return TraitLine(
        id=trait.id,
        name=title_of(trait),
        source=trait.source,
        space=trait.space,
        zone=trait.zone,
        explained=trait.explained,
        correlation=trait.correlation,
        pictures=0 if apart is None else apart.first + apart.second,
        told_apart=0 if apart is None else apart.first_right + apart.second_right,
        path=path,
    )


def _text(line: TraitLine) -> str:
    return "  ".join(filter(None, (f"{line.name:<24}", *_facts(line), line.path)))


def _facts(line: TraitLine) -> Iterator[str]:
    yield {"shipped": "comes with the model", "found": "found", "piles": "from two piles"}[
        line.source
    ]
    if line.zone:
        yield f"in {line.zone}"
    if line.explained:
        yield f"{100 * line.explained:.1f} % of what differs"
    if line.correlation is not None:
        yield f"goes with its label by {line.correlation:.2f}"
    if line.pictures:
        yield f"told {line.told_apart} of {line.pictures} pictures apart"
