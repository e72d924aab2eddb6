"""Whatever arrives in a stream is frames or one kind of error, and costs bounded memory."""

import itertools
import struct
import tracemalloc

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.contract.errors import HostProtocol
from studio.contract.recipe import Recipe
from studio.host import frames
from studio.host.frames import MAGIC, Frame, FrameReader, MessageCodec, encode_frame
from studio.host.messages import (
    CancelWork,
    Done,
    FromHost,
    GenerateImages,
    SlotGranted,
    ToHost,
    Work,
)
from tests.host.fake import pictures_made

FRAMES = st.lists(
    st.builds(Frame, head=st.binary(max_size=80), body=st.binary(max_size=80)), max_size=6
)


def _pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    return [data[a:b] for a, b in itertools.pairwise(places)]


@given(sent=FRAMES, cuts=st.lists(st.integers(0, 2000), max_size=20))
def test_frames_survive_any_cutting_of_the_stream(sent: list[Frame], cuts: list[int]) -> None:
    data = b"".join(encode_frame(frame.head, frame.body) for frame in sent)
    reader = FrameReader()
    received = [frame for piece in _pieces(data, cuts) for frame in reader.feed(piece)]
    reader.finish()
    assert received == sent


@settings(max_examples=400)
@given(
    sent=FRAMES,
    changes=st.lists(st.tuples(st.integers(0, 10**4), st.integers(0, 255)), min_size=1, max_size=6),
    cut=st.integers(0, 10**4),
)
def test_mutated_streams_give_frames_or_the_protocol_error(
    sent: list[Frame], changes: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(b"".join(encode_frame(frame.head, frame.body) for frame in sent) or MAGIC)
    for position, value in changes:
        data[position % len(data)] = value
    reader = FrameReader()
    codec: MessageCodec[FromHost] = MessageCodec(FromHost)
    try:
        for piece in _pieces(bytes(data), [cut]):
            for frame in reader.feed(piece):
                codec.decode(frame.head)
        reader.finish()
    except HostProtocol as error:
        assert error.fields["fault"]


@given(data=st.binary(max_size=300))
def test_noise_gives_frames_or_the_protocol_error(data: bytes) -> None:
    reader = FrameReader()
    try:
        received = list(reader.feed(data))
        reader.finish()
    except HostProtocol:
        return
    assert b"".join(encode_frame(frame.head, frame.body) for frame in received) == data


def test_after_a_fault_there_is_no_going_on() -> None:
    reader = FrameReader()
    with pytest.raises(HostProtocol):
        list(reader.feed(b"Traceback (most recent call last)"))
    with pytest.raises(HostProtocol):
        list(reader.feed(encode_frame(b"{}")))
    with pytest.raises(HostProtocol):
        reader.finish()


def test_a_wrong_first_byte_is_noticed_before_a_whole_prefix_came() -> None:
    with pytest.raises(HostProtocol, match="something else"):
        list(FrameReader().feed(b"x"))


@pytest.mark.parametrize("end", [1, 4, 11, 12, 13, -1])
def test_a_stream_that_ends_in_a_frame_is_told(end: int) -> None:
    reader = FrameReader()
    assert list(reader.feed(encode_frame(b"head", b"body")[:end])) == []
    with pytest.raises(HostProtocol, match="middle of a message"):
        reader.finish()


def test_an_announced_length_is_not_believed() -> None:
    for head, body in ((2**32 - 1, 0), (0, 2**32 - 1), (frames.MAXIMUM_HEAD + 1, 0)):
        tracemalloc.start()
        with pytest.raises(HostProtocol, match="larger"):
            list(FrameReader().feed(struct.pack("<4sII", MAGIC, head, body)))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 2**20


def test_what_is_larger_than_a_frame_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MAXIMUM_BODY", 10)
    with pytest.raises(HostProtocol, match="larger"):
        encode_frame(b"", bytes(11))
    assert encode_frame(b"", bytes(10))


RECIPES = st.builds(
    Recipe,
    model=st.text(max_size=10),
    seed=st.integers(0, 2**63 - 1),
    latent=st.none() | st.binary(max_size=40),
    controls=st.dictionaries(
        st.text(max_size=5),
        st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5) | st.booleans(),
        max_size=3,
    ),
)


@given(recipes=st.lists(RECIPES, max_size=4), body=st.binary(max_size=50))
def test_messages_come_back_as_they_were_sent(recipes: list[Recipe], body: bytes) -> None:
    to_host: MessageCodec[ToHost] = MessageCodec(ToHost)
    work = Work(request=7, work=GenerateImages(folder="/m", recipes=tuple(recipes), batch=3))
    granted = SlotGranted(request=7, lease=2, offset=0, length=5, file_size=4096)
    reader = FrameReader()
    sent = [work, CancelWork(request=7), granted]
    data = b"".join(to_host.encode(message, body) for message in sent)
    received = list(reader.feed(data))
    assert [to_host.decode(frame.head) for frame in received] == sent
    assert [frame.body for frame in received] == [body] * 3


@pytest.mark.parametrize(
    "head",
    [b"", b"{", b"[]", b"null", b'{"type":"work"}', b'{"type":"nobody"}', b"\xff", b"[" * 5000],
)
def test_heads_that_make_no_sense_are_the_protocol_error(head: bytes) -> None:
    codec: MessageCodec[ToHost] = MessageCodec(ToHost)
    with pytest.raises(HostProtocol):
        codec.decode(head)


def test_a_path_that_json_cannot_hold_is_not_sent() -> None:
    codec: MessageCodec[ToHost] = MessageCodec(ToHost)
    with pytest.raises(HostProtocol, match="cannot be written"):
        codec.encode(Work(request=1, work=GenerateImages(folder="\udcff", recipes=())))


def test_the_two_directions_cannot_be_confused() -> None:
    to_host: MessageCodec[ToHost] = MessageCodec(ToHost)
    with pytest.raises(HostProtocol):
        to_host.decode(msgspec.json.encode(Done(request=1, seconds=0.0)))
    made = pictures_made(1, 1, count=1)
    with pytest.raises(HostProtocol):
        to_host.decode(msgspec.json.encode(made))
