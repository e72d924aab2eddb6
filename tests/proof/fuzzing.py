"""Every parser that meets bytes from elsewhere, fed with damaged and hostile ones.

Each trial is one input. It survives if the parser answers with a value or with one sentence of the
studio's own error tree that names the file, never with anything else.
"""

import gzip
import hashlib
import io
import json
import random
import shutil
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image

from studio.contract.errors import AtelierError, HostProtocol, ManifestTooNew, ModelError
from studio.contract.manifest import MANIFEST_NAME, decode_manifest, encode_manifest
from studio.contract.recipe import Completion, decode_recipe, encode_recipe
from studio.host.client import HostSettings
from studio.host.frames import FrameReader, MessageCodec, encode_frame
from studio.host.messages import (
    Advanced,
    CancelWork,
    Done,
    Failure,
    FromHost,
    GenerateImages,
    Hello,
    PicturesMade,
    ReplayGolden,
    SlotGranted,
    SlotReturned,
    SlotWanted,
    Stopped,
    ToHost,
    Work,
)
from studio.project.lock import HOLDER_NAME, Holder, read_holder
from studio.provenance.pictures import read_picture, read_recipe
from studio.shell.state import FILE_NAME, WindowState, encode_state, read_state, write_state
from tests.integration.hosts import children, request
from tests.integration.test_host_mutants import try_mutant as try_model
from tests.models import write_tiny_generator
from tests.project.test_mutants import fill
from tests.project.test_mutants import try_mutant as try_project
from tests.proof import mutants
from tests.proof.trials import Proof, Trial
from tests.provenance.samples import MAKING, chunk, png_chunks, png_of, recipe
from tests.provenance.test_hostile import mutant_with_right_checksums, read_all, samples
from tests.sync_host import SyncHost
from training.data.dataset import open_cache
from training.data.folder import read_picture as read_training_picture
from training.data.idx import format_idx, parse_idx, read_idx
from training.data.prepare import DataConfig, prepare_data
from training.errors import TrainingError
from training.ruler.manifest import (
    RULER_GRAPH,
    RULER_NAME,
    RulerManifest,
    encode_ruler,
    read_ruler,
)
from training.ruler.train import answer_slices

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SENTENCE = 1500
"""Characters: a sentence that quotes a whole file is none."""
NAME = "gift"

Attempt = Callable[[random.Random], None]


def _seeded(attempt: Attempt, seed: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow remarks on what it skips, and reads on
        attempt(random.Random(seed))


def each(name: str, attempt: Attempt, count: int) -> Iterator[Trial]:
    """``count`` trials, each with chance of its own so that any can be repeated alone."""
    for seed in range(count):
        yield Trial(name=f"{name}, seed {seed}", run=partial(_seeded, attempt, seed))


def is_sentence(error: AtelierError | TrainingError, name: str) -> None:
    """One line that names the file and says something, not a traceback."""
    text = error.message if isinstance(error, AtelierError) else str(error)
    assert name in text, text
    assert "\n" not in text
    assert "Traceback" not in text
    assert len(text) < LONGEST_SENTENCE
    if isinstance(error, AtelierError):
        assert type(error) is not AtelierError, error.detail


# -- manifests ------------------------------------------------------------------------------------


def manifests(folder: Path, count: int) -> Iterator[Trial]:
    """The shipped ones, damaged as bytes and as well-formed JSON with wrong values."""
    sound = [path.read_bytes() for path in sorted(ROOT.glob(f"exported_models/*/{MANIFEST_NAME}"))]

    def attempt(chance: random.Random) -> None:
        change = mutants.of_bytes if chance.random() < 0.3 else mutants.of_json
        data = change(chance, chance.choice(sound))
        try:
            manifest = decode_manifest(data, NAME)
        except (ModelError, ManifestTooNew) as error:
            is_sentence(error, NAME)
        else:
            assert decode_manifest(encode_manifest(manifest), NAME) == manifest

    return each("manifest", attempt, count)


# -- frames ---------------------------------------------------------------------------------------

_RECIPES = (recipe(), recipe(seed=8, latent=None), recipe(seed=9))
# fmt: off
_TO_HOST: tuple[object, ...] = (
    Work(request=1, work=GenerateImages(folder="/m", recipes=_RECIPES, batch=2)),
    Work(request=2, work=ReplayGolden(folder="/m")),
    CancelWork(request=1),
    SlotGranted(request=1, lease=1, offset=0, length=64, file_size=4096),
)
_FROM_HOST: tuple[object, ...] = (
    Hello(protocol=1, studio="1", pid=7),
    Advanced(request=1, done=1, total=3, stage="making"),
    SlotWanted(request=1, length=64),
    SlotReturned(request=1, lease=1),
    PicturesMade(
        request=1, first=0, count=3, lease=1, channels=3, hashes=("5e" * 32,) * 3,
        completion=Completion(
            studio="1", graphs={"generator": "5e" * 32}, controls={"kind": "bags"}, width=4,
            height=4, takes_noise=True, making=MAKING,
        ),
    ),
    Done(request=1, seconds=0.5),
    Failure(request=2, error=ManifestTooNew(file="m", found=9, supported=1).to_wire()),
    Stopped(request=3),
)
# fmt: on


def frames(folder: Path, count: int) -> Iterator[Trial]:
    """Streams of both directions, damaged between the frames and inside their messages."""

    def attempt(chance: random.Random) -> None:
        kinds, messages = chance.choice(((ToHost, _TO_HOST), (FromHost, _FROM_HOST)))
        stream = b""
        for message in chance.choices(messages, k=chance.randint(1, 5)):
            head = msgspec.json.encode(message)
            if chance.random() < 0.6:
                head = mutants.of_json(chance, head)
            stream += encode_frame(head, chance.randbytes(chance.choice((0, 8, 24))))
        if chance.random() < 0.5:
            stream = mutants.of_bytes(chance, stream)
        codec: MessageCodec[object] = MessageCodec(kinds)
        reader = FrameReader()
        cut = chance.randrange(len(stream) + 1)
        try:
            for piece in (stream[:cut], stream[cut:]):
                for frame in reader.feed(piece):
                    codec.decode(frame.head)
            reader.finish()
        except HostProtocol as error:
            is_sentence(error, "")

    return each("stream", attempt, count)


# -- pictures and recipes -------------------------------------------------------------------------


def pictures(folder: Path, count: int) -> Iterator[Trial]:
    """PNG, JPEG and WebP with recipes, damaged as bytes, and PNG with right checksums."""
    sound = samples()

    def attempt(chance: random.Random) -> None:
        if chance.random() < 0.65:
            read_all(mutants.of_bytes(chance, chance.choice(sound)))
        else:
            read_all(mutant_with_right_checksums(chance, chance.choice(sound[:2])))

    return each("picture", attempt, count)


def recipes(folder: Path, count: int) -> Iterator[Trial]:
    """Sound PNG whose recipe is foreign: in the studio's own text, plain or packed, and in XMP."""
    sound = encode_recipe(recipe())
    plain = [part for part in png_chunks(samples()[0]) if part[0] in (b"IHDR", b"IDAT", b"IEND")]

    def attempt(chance: random.Random) -> None:
        change = mutants.of_bytes if chance.random() < 0.3 else mutants.of_json
        text = change(chance, sound)
        kind, body = chance.choice(
            (
                (b"tEXt", b"atelier\0" + text),
                (b"iTXt", b"atelier\0\0\0\0\0" + text),
                (b"iTXt", b"atelier\0\1\0\0\0" + zlib.compress(text)),
                (b"zTXt", b"atelier\0\0" + zlib.compress(text)),
                (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + _xmp(chance, text)),
            )
        )
        header, *rest = [chunk(part, content) for part, content in plain]
        data = png_of(header, chunk(kind, body), *rest)
        read_all(data)
        try:
            made = decode_recipe(text, NAME)
        except AtelierError as error:
            is_sentence(error, NAME)
        else:
            assert decode_recipe(encode_recipe(made), NAME) == made

    return each("recipe", attempt, count)


def _xmp(chance: random.Random, text: bytes) -> bytes:
    escaped = text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b'"', b"&quot;")
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf'
        b'-syntax-ns#"><rdf:Description rdf:about="" xmlns:a="urn:atelier-studio:recipe/1.0/" '
        b'a:recipe="' + escaped + b'"/></rdf:RDF></x:xmpmeta>'
    )
    return mutants.of_bytes(chance, packet) if chance.random() < 0.4 else packet


# -- what is trained on ---------------------------------------------------------------------------


def idx(folder: Path, count: int) -> Iterator[Trial]:
    """IDX files, packed and not, damaged outside and inside of the packing."""
    file = folder / f"{NAME}.idx"

    def attempt(chance: random.Random) -> None:
        rank = chance.randint(1, 4)
        shape = [chance.randint(0, 5) for _ in range(rank)]
        sound = format_idx(np.frombuffer(chance.randbytes(5**4), np.uint8)[: int(np.prod(shape))]
                           .reshape(shape))  # fmt: skip
        data = mutants.of_bytes(chance, sound)
        if chance.random() < 0.5:
            data = gzip.compress(data, mtime=0)
            if chance.random() < 0.5:
                data = mutants.of_bytes(chance, data)
        file.write_bytes(data)
        try:
            values = read_idx(file, dimensions=rank)
        except TrainingError as error:
            is_sentence(error, NAME)
        else:
            assert values.ndim == rank
            assert np.array_equal(parse_idx(format_idx(values), name=NAME, dimensions=rank), values)

    return each("idx", attempt, count)


def training_pictures(folder: Path, count: int) -> Iterator[Trial]:
    """Pictures of a folder that somebody trains on, in every format that is read."""
    sound = {}
    tones = Image.fromarray(np.random.default_rng(3).integers(0, 256, (24, 20, 3), np.uint8))
    for kind in ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM"):
        stream = io.BytesIO()
        tones.save(stream, kind)
        sound[kind.lower()] = stream.getvalue()

    def attempt(chance: random.Random) -> None:
        kind = chance.choice(sorted(sound))
        file = folder / f"{NAME}.{kind}"
        file.write_bytes(mutants.of_bytes(chance, sound[kind]))
        try:
            values = read_training_picture(file, resolution=16, channels=3)
        except TrainingError as error:
            is_sentence(error, NAME)
        else:
            assert values.shape == (16, 16, 3)
            assert values.dtype == np.uint8

    return each("training picture", attempt, count)


def picture_caches(folder: Path, count: int) -> Iterator[Trial]:
    """The decoded pixels that training keeps: description, pixels, labels, split."""
    pictures_folder = folder / "pictures"
    pictures_folder.mkdir()
    tones = np.random.default_rng(5).integers(0, 256, (6, 32, 32, 3), np.uint8)
    for number, pixels in enumerate(tones):
        Image.fromarray(pixels).save(pictures_folder / f"{number}.png")
    config = DataConfig(path=pictures_folder, cache=folder / "cache", held_out=0.3)
    cache = prepare_data(config, resolution=32, say=lambda _: None).folder
    sound = {path: path.read_bytes() for path in sorted(cache.iterdir())}

    def attempt(chance: random.Random) -> None:
        for path, data in sound.items():
            path.write_bytes(data)
        path = chance.choice(list(sound))
        is_json = path.suffix == ".json" and chance.random() < 0.7
        change = mutants.of_json if is_json else mutants.of_bytes
        # Most of a file of numbers is its numbers: the head is where the parser can be led astray.
        head = sound[path] if is_json else sound[path][:160]
        path.write_bytes(change(chance, head) + (b"" if is_json else sound[path][160:]))
        try:
            opened = open_cache(cache)
        except TrainingError as error:
            is_sentence(error, cache.name)
        else:
            assert len(opened.images) == len(opened.labels)

    return each("cache", attempt, count)


def rulers(folder: Path, count: int) -> Iterator[Trial]:
    """The shipped rulers: damaged descriptions and graphs, half of the time with the right hash."""
    sound = {}
    for path in sorted(ROOT.glob(f"exported_models/rulers/*/{RULER_NAME}")):
        copy = folder / path.parent.name
        shutil.copytree(path.parent, copy)
        sound[copy] = (path.read_bytes(), (copy / RULER_GRAPH).read_bytes())
    accepted = 0

    def attempt(chance: random.Random) -> None:
        nonlocal accepted
        place = chance.choice(list(sound))
        description, graph = sound[place]
        change = mutants.of_bytes if chance.random() < 0.3 else mutants.of_json
        data = change(chance, description)
        if chance.random() < 0.1:
            graph = mutants.of_bytes(chance, graph)
        if chance.random() < 0.5:
            data = _with_hash(data, graph)
        (place / RULER_NAME).write_bytes(data)
        with _replaced(place / RULER_GRAPH, graph, sound[place][1]):
            try:
                ruler = read_ruler(place)
            except TrainingError as error:
                is_sentence(error, str(place))
                return
        accepted += 1
        manifest = ruler.manifest
        assert ruler.graph == graph
        assert len(answer_slices(manifest.heads)) == len(manifest.scores) > 0
        assert all(part.stop > part.start for part in answer_slices(manifest.heads))
        assert msgspec.json.decode(encode_ruler(manifest), type=RulerManifest) == manifest

    yield from each("ruler", attempt, count)
    assert accepted or count < 50, "no ruler was ever accepted"


def _with_hash(data: bytes, graph: bytes) -> bytes:
    """A ruler's description, if it still is one, that names this graph."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return data
    if not isinstance(content, dict):
        return data
    content["sha256"] = hashlib.sha256(graph).hexdigest()
    return json.dumps(content).encode("utf-8", "surrogatepass")


@contextmanager
def _replaced(path: Path, data: bytes, sound: bytes) -> Iterator[None]:
    """The file with other contents for a while; it is large, so only if they differ."""
    if data is sound:
        yield
        return
    path.write_bytes(data)
    try:
        yield
    finally:
        path.write_bytes(sound)


# -- the studio's own small files -----------------------------------------------------------------


def window_states(folder: Path, count: int) -> Iterator[Trial]:
    """What the window remembers: a foreign file gives a window that can be used."""
    sound = encode_state(WindowState(place=(3, 4), inspector=True, room="writing"))

    def attempt(chance: random.Random) -> None:
        change = mutants.of_bytes if chance.random() < 0.4 else mutants.of_json
        (folder / FILE_NAME).write_bytes(change(chance, sound))
        state = read_state(folder)
        write_state(folder, state)
        assert read_state(folder) == state

    return each("window.json", attempt, count)


def holder_notes(folder: Path, count: int) -> Iterator[Trial]:
    """Who holds a project: whatever the note says, it can be shown."""
    sound = msgspec.json.encode(Holder(name="Atelier", process=7, host="here", since=1.7e9))

    def attempt(chance: random.Random) -> None:
        change = mutants.of_bytes if chance.random() < 0.3 else mutants.of_json
        (folder / HOLDER_NAME).write_bytes(change(chance, sound))
        holder = read_holder(folder)
        assert holder is not None
        assert holder.text()

    return each("holder note", attempt, count)


def databases(folder: Path, count: int) -> Iterator[Trial]:
    """Projects with flipped bits, half of them left unclean, opened and used like any other."""
    template = folder / "template"
    fill(template)
    for seed in range(count):
        place = folder / str(seed)
        yield Trial(
            name=f"project, seed {seed}",
            run=partial(try_project, template, place, seed, unclean=bool(seed % 2)),
        )
        shutil.rmtree(place, ignore_errors=True)


def models(folder: Path, count: int) -> Iterator[Trial]:
    """Graphs, manifests and golden samples whose hashes agree, given to one model process."""
    before = children()
    sound = write_tiny_generator(folder / "sound")
    with SyncHost(HostSettings(provider="cpu", memory_limit=2**30)) as host:
        expected = host.generate(request(sound))

        def attempt(seed: int) -> None:
            try_model(host, folder / str(seed), random.Random(seed))
            assert host.generate(request(sound)) == expected

        for seed in range(count):
            yield Trial(name=f"model, seed {seed}", run=partial(attempt, seed))
            shutil.rmtree(folder / str(seed), ignore_errors=True)
    assert children() == before


def any_bytes(folder: Path, count: int) -> Iterator[Trial]:
    """Noise behind the first bytes of each format, at every door."""
    starts = (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"RIFF\x40\0\0\0WEBP", b"{", b"\x1f\x8b\x08",
              b"\0\0\x08\x03", b"GIF89a", b"II*\0")  # fmt: skip
    file = folder / f"{NAME}.png"

    def attempt(chance: random.Random) -> None:
        data = chance.choice(starts) + chance.randbytes(chance.randrange(300))
        file.write_bytes(data)
        doors: tuple[Callable[[], object], ...] = (
            partial(read_recipe, file),
            partial(read_picture, file),
            partial(decode_manifest, data, file),
            partial(decode_recipe, data, file),
            partial(read_idx, file, dimensions=3),
            partial(read_training_picture, file, resolution=16, channels=3),
        )
        for door in doors:
            try:
                door()
            except (AtelierError, TrainingError) as error:
                is_sentence(error, file.name)

    return each("noise", attempt, count)


SENTENCE = "a value, or one sentence that names the file"

PROOFS = (
    Proof(name="manifests", tried="manifests of models, damaged or hostile", holds=SENTENCE,
          trials=manifests, full=20_000, quick=300),
    Proof(name="frames", tried="streams between window and model process, damaged",
          holds="frames, or the one protocol error", trials=frames, full=20_000, quick=300),
    Proof(name="pictures", tried="PNG, JPEG and WebP files, damaged", holds=SENTENCE,
          trials=pictures, full=5_000, quick=100),
    Proof(name="recipes", tried="foreign recipes in sound PNG files (text, packed text, XMP)",
          holds=SENTENCE, trials=recipes, full=10_000, quick=200),
    Proof(name="idx", tried="IDX files, packed and not, damaged", holds=SENTENCE,
          trials=idx, full=10_000, quick=200),
    Proof(name="training-pictures", tried="pictures to train on in seven formats, damaged",
          holds=SENTENCE, trials=training_pictures, full=3_000, quick=100),
    Proof(name="picture-caches", tried="caches of pictures to train on, damaged",
          holds=SENTENCE, trials=picture_caches, full=5_000, quick=100),
    Proof(name="rulers", tried="descriptions and graphs of rulers, damaged, half with right hashes",
          holds=SENTENCE,
          trials=rulers, full=5_000, quick=100),
    Proof(name="window-states", tried="what the window remembers, damaged",
          holds="a window that can be used", trials=window_states, full=5_000, quick=200),
    Proof(name="databases", tried="project databases with flipped bits, opened and used",
          holds="an open project or one sentence; each later step too", trials=databases,
          full=1_000, quick=10),
    Proof(name="models", tried="graphs, manifests and samples of models, damaged, hashes right",
          holds="pictures or one sentence; the same process makes the same bytes after it",
          trials=models, full=1_000, quick=10),
    Proof(name="holder-notes", tried="the note of who holds a project, damaged",
          holds="a line that can be shown", trials=holder_notes, full=5_000, quick=200),
    Proof(name="noise", tried="noise behind each format's first bytes, at six doors",
          holds=SENTENCE, trials=any_bytes, full=5_000, quick=100),
)  # fmt: skip
