"""The parsers of the tools: film files, networks of the format of ncnn, pictures to be enlarged."""

import random
from collections.abc import Iterator
from pathlib import Path

from studio.contract.errors import AtelierError, RequestInvalid
from studio.film.encode import write_film
from studio.film.formats import FilmFormat
from studio.film.tags import FilmFacts, append_facts, read_film
from studio.images.timeline import Film, Key, decode_film, encode_film
from studio.provenance.sources import MODES, encode_source, read_source
from tests.film.pictures import moving
from tests.proof import mutants
from tests.proof.fuzzing import NAME, SENTENCE, each, is_sentence
from tests.proof.trials import Proof, Trial
from tests.provenance.samples import noise, recipe
from tests.provenance.test_hostile import mutant_with_right_checksums
from tests.provenance.test_sources import PROFILE
from tests.training.upscale.networks import small_network
from training.errors import TrainingError
from training.upscale.ncnn import parse_network
from training.upscale.network import check_network

_FILM = Film(
    id="film",
    model=recipe().model,
    keys=tuple(Key(id=f"k{at}", recipe=recipe(seed=at), time=float(at)) for at in range(3)),
    seconds=3.0,
)
_APPENDED: tuple[FilmFormat, ...] = ("mp4", "gif", "apng")
"""Formats that take what they say of themselves behind everything else."""


def films(folder: Path, count: int) -> Iterator[Trial]:
    """Films of each format and bare ones: the file damaged, or a foreign film in a sound file."""
    text = encode_film(_FILM)
    whole, bare = {}, {}
    for kind in (*_APPENDED, "webm"):
        path = folder / f"sound.{kind}"
        write_film(moving(4), path, kind, 10, facts=FilmFacts(film=text.decode()))
        whole[kind] = path.read_bytes()
    for kind in _APPENDED:
        path = folder / f"bare.{kind}"
        write_film(moving(4), path, kind, 10)
        bare[kind] = path.read_bytes()

    def attempt(chance: random.Random) -> None:
        foreign = (mutants.of_bytes if chance.random() < 0.3 else mutants.of_json)(chance, text)
        way = chance.random()
        file = folder / f"{NAME}.film"
        if way < 0.5:
            kind = chance.choice(sorted(whole))
            is_checked = kind == "apng" and chance.random() < 0.5
            change = mutant_with_right_checksums if is_checked else mutants.of_bytes
            file.write_bytes(change(chance, whole[kind]))
        elif way < 0.8:
            kind = chance.choice(_APPENDED)
            file.write_bytes(bare[kind])
            append_facts(file, kind, FilmFacts(film=foreign.decode("utf-8", "replace")))
        else:
            file.write_bytes(foreign)
        try:
            film = decode_film(read_film(file), file)
        except RequestInvalid as error:
            is_sentence(error, "")  # a film, but one that cannot be made
        except AtelierError as error:
            is_sentence(error, NAME)
        else:
            assert decode_film(encode_film(film)) == film

    return each("film", attempt, count)


def networks(folder: Path, count: int) -> Iterator[Trial]:
    """Lists of layers and weights, damaged as bytes, or with words that change places."""
    lines, weights = small_network()

    def attempt(chance: random.Random) -> None:
        text, numbers = lines, weights
        way = chance.random()
        if way < 0.4:
            text = mutants.of_bytes(chance, lines)
        elif way < 0.7:
            words = lines.split(b" ")
            for _ in range(chance.randint(1, 4)):
                words[chance.randrange(len(words))] = chance.choice(
                    (chance.choice(words), b"9" * chance.randrange(400), b"-1", b"0=1e9", b"\n")
                )
            text = b" ".join(words)
        else:
            numbers = mutants.of_bytes(chance, weights)
        try:
            network = check_network(parse_network(text, numbers, NAME))
        except TrainingError as error:
            is_sentence(error, "")
        else:
            assert network.factor >= 2
            assert network.reach >= 0

    return each("network", attempt, count)


def sources(folder: Path, count: int) -> Iterator[Trial]:
    """Pictures that are to be enlarged: grey, with alpha and with a profile, of each format."""
    sound = [
        encode_source(
            noise(12, 9, channels), 12, 9, channels, profile=profile,
            file_format=kind,
        )
        for kind in ("png", "webp", "jpeg")
        for channels in MODES
        for profile in (b"", PROFILE)
        if kind != "jpeg" or channels in (1, 3)
    ]  # fmt: skip
    file = folder / f"{NAME}.png"

    def attempt(chance: random.Random) -> None:
        data = chance.choice(sound)
        is_checked = data[1:4] == b"PNG" and chance.random() < 0.5
        change = mutant_with_right_checksums if is_checked else mutants.of_bytes
        file.write_bytes(change(chance, data))
        try:
            source = read_source(file)
        except AtelierError as error:
            is_sentence(error, NAME)
        else:
            assert source.channels in MODES
            assert len(source.pixels) == source.width * source.height * source.channels

    return each("source", attempt, count)


PROOFS = (
    Proof(name="films", tried="film files of four formats and films as JSON, damaged or foreign",
          holds=SENTENCE, trials=films, full=10_000, quick=200),
    Proof(name="networks", tried="networks in the format of ncnn, damaged",
          holds="a network, or one sentence", trials=networks, full=10_000, quick=300),
    Proof(name="sources", tried="pictures to enlarge, with alpha and profiles, damaged",
          holds=SENTENCE, trials=sources, full=5_000, quick=100),
)  # fmt: skip
