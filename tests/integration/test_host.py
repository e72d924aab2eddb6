"""A real host makes real pictures, and leaves nothing behind."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.contract.errors import (
    GraphInvalid,
    HostUnavailable,
    MemoryExhausted,
    ModelMissing,
    RequestInvalid,
    SetupFault,
)
from studio.contract.recipe import Recipe
from studio.host.child import host_command
from studio.host.client import (
    Cancelled,
    Failed,
    Finished,
    GenerateImages,
    HostClient,
    HostLost,
    HostReady,
    HostSettings,
    Picture,
    PictureReady,
    Progress,
)
from studio.host.exits import EXIT_PROTOCOL, EXIT_USAGE
from studio.host.frames import FrameReader, MessageCodec
from studio.host.messages import (
    CancelWork,
    FromHost,
    Hello,
    HostSetup,
    ReplayGolden,
    ToHost,
    Work,
)
from tests.host.fake import Events
from tests.integration.hosts import children, outcome, request, wait_until
from tests.models import (
    write_endless_generator,
    write_external_generator,
    write_hungry_generator,
    write_slow_generator,
    write_tiny_generator,
    write_wrong_shape_generator,
)
from tests.sync_host import SyncHost

GIGABYTE = 2**30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_generator(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def host() -> Iterator[SyncHost]:
    before = children()
    with SyncHost(HostSettings(provider="cpu", memory_limit=2 * GIGABYTE)) as made:
        yield made
    assert children() == before


def test_pictures_come_complete_and_in_order(host: SyncHost, folder: Path) -> None:
    stages: list[tuple[str, int]] = []

    def note(progress: Progress) -> None:
        stages.append((progress.stage, progress.done))

    pictures = host.generate(request(folder, 40), note)
    assert [picture.recipe.seed for picture in pictures] == list(range(40))
    for picture in pictures:
        assert (picture.width, picture.height, picture.channels) == (8, 8, 3)
        assert hashlib.sha256(picture.pixels).hexdigest() == picture.recipe.pixels_sha256
        assert picture.recipe.is_made
    assert len({picture.recipe.pixels_sha256 for picture in pictures}) == 40
    assert stages[0] == ("loading", 0)
    assert stages[-1] == ("making", 40)


def test_a_recipe_that_came_back_makes_the_picture_again_in_any_batch(
    host: SyncHost, folder: Path
) -> None:
    first = host.generate(request(folder, 20))
    recipes = tuple(picture.recipe for picture in first)
    for batch in (1, 3, 16):
        again = host.generate(GenerateImages(folder=str(folder), recipes=recipes, batch=batch))
        assert again == first


def test_a_large_picture_is_seen_before_it_is_named(tmp_path: Path) -> None:
    large = write_tiny_generator(tmp_path / "large", size=1024, classes=1, width=2)
    seen: list[tuple[bool, str, str | None]] = []
    events = Events()
    with HostClient(HostSettings(provider="cpu"), events) as client:
        client.generate(request(large, 1))
        while len(seen) < 2:
            event = events.next(PictureReady)
            assert isinstance(event, PictureReady)
            with event.picture as picture:
                found = hashlib.sha256(picture.pixels).hexdigest()
                seen.append((event.preview, found, picture.recipe.pixels_sha256))
        assert isinstance(events.next(Finished), Finished)
    name = seen[1][1]
    assert seen == [(True, name, None), (False, name, name)]


def test_pictures_can_be_looked_at_without_a_copy(host: SyncHost, folder: Path) -> None:
    hashes: dict[int, str] = {}

    def look(index: int, picture: Picture) -> None:
        hashes[index] = hashlib.sha256(picture.pixels).hexdigest()

    assert host.generate(request(folder, 30), on_picture=look) == []
    expected = host.generate(request(folder, 30))
    assert [hashes[i] for i in range(30)] == [p.recipe.pixels_sha256 for p in expected]


def test_the_golden_sample_is_replayed(host: SyncHost, folder: Path) -> None:
    report = host.replay_golden(folder)
    assert (report.identical, report.ok, report.fault) == (True, True, "")


def test_the_machine_is_probed(host: SyncHost) -> None:
    report = host.probe(provider="cpu")
    [probe] = report.providers
    assert probe.usable
    assert report.device == host.wait_ready()
    assert report.memory_limit == 2 * GIGABYTE
    with pytest.raises(SetupFault, match="abacus"):
        host.probe(provider="abacus")


def test_refusals_name_what_is_wrong_and_the_host_goes_on(
    host: SyncHost, folder: Path, tmp_path: Path
) -> None:
    wrong = Recipe(model="tiny", seed=0, controls={"kind": "dragons"})
    not_a_number = Recipe(model="tiny", seed=0, controls={"truncation": float("nan")})
    beyond = Recipe(model="tiny", seed=2**70)
    pid = host.client.pid
    for wanted, kind, words in (
        (GenerateImages(folder=str(folder), recipes=(wrong,)), RequestInvalid, "boots, coats"),
        (GenerateImages(folder=str(folder), recipes=(not_a_number,)), RequestInvalid, "kind"),
        (GenerateImages(folder=str(folder), recipes=(beyond,)), RequestInvalid, "seed"),
        (GenerateImages(folder=str(folder), recipes=()), RequestInvalid, "no picture"),
        (GenerateImages(folder=str(folder), recipes=(), batch=0), RequestInvalid, "at least one"),
        (GenerateImages(folder="/no/such", recipes=()), ModelMissing, "/no/such"),
        (GenerateImages(folder="\0", recipes=()), ModelMissing, "not there"),
        (
            request(write_wrong_shape_generator(tmp_path / "shape")),
            GraphInvalid,
            "generator.onnx",
        ),
        (
            request(write_external_generator(tmp_path / "out", "../stolen")),
            GraphInvalid,
            "outside",
        ),
    ):
        error = outcome(host, wanted)
        assert isinstance(error, kind)
        assert words in error.message
    assert host.client.pid == pid
    assert len(host.generate(request(folder))) == 3


@pytest.mark.parametrize("gigabytes", [3, 512])
def test_what_needs_too_much_memory_is_refused_and_the_next_request_answered(
    host: SyncHost, folder: Path, tmp_path: Path, gigabytes: int
) -> None:
    hungry = write_hungry_generator(tmp_path / "hungry", gigabytes=gigabytes)
    error = outcome(host, request(hungry))
    assert isinstance(error, MemoryExhausted)
    assert str(hungry) in error.message
    assert len(host.generate(request(folder))) == 3


@pytest.mark.parametrize("write", [write_endless_generator, write_slow_generator])
def test_work_that_does_not_end_is_cancelled_and_the_host_lives(
    host: SyncHost, folder: Path, tmp_path: Path, write: object
) -> None:
    assert callable(write)
    endless = write(tmp_path / "model")
    pid = host.client.pid

    def interrupt(progress: Progress) -> None:
        if progress.stage == "making":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        host.generate(request(endless), on_progress=interrupt)
    assert len(host.generate(request(folder))) == 3
    assert host.client.pid == pid


def test_a_cancel_ends_what_waits_for_room(folder: Path) -> None:
    """Nobody releases the pictures, so the host waits; the cancel still gets through."""
    events = Events()
    with HostClient(HostSettings(provider="cpu", pixel_budget=8192), events) as client:
        number = client.generate(request(folder, 400, batch=1))
        kept = [events.next(PictureReady) for _ in range(2)]
        client.cancel(number)
        assert events.next(Cancelled, Finished) == Cancelled(request=number)
        for ready in kept:
            assert isinstance(ready, PictureReady)
            ready.picture.release()
        client.generate(request(folder, 2, batch=1))
        assert isinstance(events.next(Finished, Failed), Finished)


def test_no_host_and_no_thread_outlives_its_client(folder: Path) -> None:
    before, threads = children(), set(threading.enumerate())
    with SyncHost(HostSettings(provider="cpu")) as host:
        host.generate(request(folder))
        assert len(children()) == len(before) + 1
    assert children() == before
    assert set(threading.enumerate()) <= threads


def test_a_busy_host_ends_with_its_client(tmp_path: Path) -> None:
    before = children()
    events = Events()
    with HostClient(HostSettings(provider="cpu"), events) as client:
        number = client.generate(request(write_endless_generator(tmp_path / "endless")))
        making = Progress(request=number, done=0, total=3, stage="making")
        while events.next(Progress) != making:
            pass
    assert children() == before
    assert events.rest() == [Cancelled(request=number)]


@pytest.mark.skipif(os.name != "posix", reason="the signal that stops a process is POSIX's")
def test_a_host_that_hangs_is_replaced_after_a_cancel(folder: Path) -> None:
    events = Events()
    before = children()
    with HostClient(HostSettings(provider="cpu"), events) as client:
        events.next(HostReady)
        first = client.pid
        assert first is not None
        number = client.generate(request(folder, 20_000, batch=1))
        ready = events.next(PictureReady)
        os.kill(first, signal.SIGSTOP)
        client.cancel(number)
        assert events.next(Cancelled, Finished) == Cancelled(request=number)
        lost = events.next(HostLost)
        assert isinstance(lost, HostLost)
        assert "did not end" in lost.error.message
        del ready
        client.generate(request(folder, 2))
        assert isinstance(events.next(Finished, Failed), Finished)
        assert client.pid != first
    assert children() == before


PARENT = """
import sys
from studio.host.client import HostSettings
from tests.sync_host import SyncHost
host = SyncHost(HostSettings(provider="cpu"))
host.client.start()
host.wait_ready()
print(host.client.pid, flush=True)
sys.stdin.read()
"""


def test_the_host_dies_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    import psutil

    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        orphan = psutil.Process(pid)
        parent.kill()
        wait_until(lambda: not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE)


def test_logs_hold_no_words_of_the_users(tmp_path: Path, folder: Path) -> None:
    logs = tmp_path / "logs"
    secret = Recipe(model="tiny", seed=0, controls={"kind": "my-secret-words"})
    with SyncHost(HostSettings(provider="cpu", log_folder=logs)) as host:
        host.generate(request(folder))
        outcome(host, GenerateImages(folder=str(folder), recipes=(secret,)))
    written = {path.name: path.read_text("utf-8") for path in logs.iterdir()}
    assert set(written) == {"host-images.log", "host-images-faults.log"}
    assert "ready on CPUExecutionProvider" in written["host-images.log"]
    assert "RequestInvalid" in written["host-images.log"]
    assert "my-secret-words" not in "".join(written.values())


def test_settings_that_cannot_be_are_said_at_once() -> None:
    with (
        SyncHost(HostSettings(provider="abacus")) as host,
        pytest.raises(HostUnavailable, match="no provider 'abacus'"),
    ):
        host.wait_ready()


def test_a_host_is_not_started_by_hand() -> None:
    for arguments in ([], ["{}"], ["nonsense"]):
        done = subprocess.run(
            [sys.executable, "-m", "studio", "--model-host", *arguments],
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == EXIT_USAGE
        assert "started by Atelier itself" in done.stderr
        assert done.stdout == ""


def _answers_to(data: bytes) -> tuple[int, list[FromHost]]:
    """Exit code of a host whose whole input is ``data``, and what it said before."""
    setup = HostSetup(
        lane="images", provider="cpu", threads=1, memory_limit=None, idle_seconds=1.0,
        log_folder=None, parent=os.getpid(), pixel_file=os.devnull,
    )  # fmt: skip
    done = subprocess.run(
        host_command(setup), input=data, capture_output=True, check=False, timeout=60
    )
    reader, codec = FrameReader(), MessageCodec[FromHost](FromHost)
    said = [codec.decode(frame.head) for frame in reader.feed(done.stdout)]
    reader.finish()
    return done.returncode, said


def test_nonsense_on_its_input_ends_the_host_after_it_said_hello() -> None:
    code, said = _answers_to(b"Hello, host!")
    assert code == EXIT_PROTOCOL
    assert isinstance(said[0], Hello)


@pytest.mark.parametrize("seed", range(12))
def test_mutated_frames_are_answered_or_end_the_host(folder: Path, seed: int) -> None:
    codec: MessageCodec[ToHost] = MessageCodec(ToHost)
    chance = random.Random(seed)
    data = bytearray(
        codec.encode(Work(request=1, work=request(folder)))
        + codec.encode(CancelWork(request=1))
        + codec.encode(Work(request=2, work=ReplayGolden(folder=str(folder))))
    )
    for _ in range(chance.randint(1, 5)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    code, said = _answers_to(bytes(data))
    assert code in (0, EXIT_PROTOCOL)
    assert isinstance(said[0], Hello)


def test_threads_are_those_that_were_asked_for(folder: Path) -> None:
    with SyncHost(HostSettings(provider="cpu", threads=1)) as host:
        assert host.wait_ready().threads == 1
        assert host.generate(request(folder))


def test_a_model_is_let_go_when_it_is_idle_and_loaded_again(folder: Path, tmp_path: Path) -> None:
    stages: list[str] = []
    log = tmp_path / "host-images.log"
    settings = HostSettings(provider="cpu", idle_seconds=0.1, log_folder=tmp_path)
    with SyncHost(settings) as host:
        host.generate(request(folder))
        wait_until(lambda: "let 1 idle sessions go" in log.read_text("utf-8"))
        host.generate(request(folder), lambda progress: stages.append(progress.stage))
    assert stages[0] == "loading"
