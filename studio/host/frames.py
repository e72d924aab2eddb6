"""Frames: how messages stand in a byte stream, with limits, and nothing that reads or writes.

::

    magic  head length  body length  head        body
    4      4            4            JSON UTF-8  bytes        (lengths little-endian)

The other side may have crashed in the middle of a frame, be of another version or be hostile:
whatever is not a frame raises `HostProtocol`, and no announced length is believed before it was
compared with its limit.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import msgspec

from studio.contract.errors import HostProtocol, parser_fault

MAGIC: Final = b"\xf0AT1"
"""Not valid UTF-8, so that no printed text can pass for a frame."""

MAXIMUM_HEAD: Final = 32 * 2**20
MAXIMUM_BODY: Final = 64 * 2**20

_PREFIX: Final = struct.Struct("<4sII")

Message = TypeVar("Message")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One message as it stands in the stream."""

    head: bytes
    body: bytes = b""


def encode_frame(head: bytes, body: bytes = b"") -> bytes:
    """The bytes of one frame; raises `HostProtocol` if it is larger than a frame may be."""
    if len(head) > MAXIMUM_HEAD or len(body) > MAXIMUM_BODY:
        raise HostProtocol(fault="a message is larger than a message may be")
    return b"".join((_PREFIX.pack(MAGIC, len(head), len(body)), head, body))


class FrameReader:
    """Cuts a byte stream into frames; fed with whatever arrived.

    After it raised once the stream has lost its beat, and it raises for ever.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._fault = ""

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Take ``data`` in and yield the frames that are complete now.

        Holds at most one unfinished frame besides ``data``. Raises `HostProtocol`.
        """
        self._buffer += data
        while True:
            if self._fault:
                raise HostProtocol(fault=self._fault)
            size = self._frame_size()
            if size is None or len(self._buffer) < size:
                return
            _, head, _ = _PREFIX.unpack_from(self._buffer)
            start = _PREFIX.size
            frame = Frame(
                head=bytes(self._buffer[start : start + head]),
                body=bytes(self._buffer[start + head : size]),
            )
            del self._buffer[:size]
            yield frame

    def finish(self) -> None:
        """The stream has ended; raises `HostProtocol` if that was in the middle of a frame."""
        if self._buffer and not self._fault:
            self._fail("the stream ended in the middle of a message")
        if self._fault:
            raise HostProtocol(fault=self._fault)

    def _frame_size(self) -> int | None:
        """Bytes of the frame at the start of the buffer, or None if that is not known yet."""
        start = bytes(self._buffer[: len(MAGIC)])
        if start != MAGIC[: len(start)]:
            self._fail("something else than a message arrived")
        if len(self._buffer) < _PREFIX.size:
            return None
        _, head, body = _PREFIX.unpack_from(self._buffer)
        if head > MAXIMUM_HEAD or body > MAXIMUM_BODY:
            self._fail("a message claims to be larger than a message may be")
        return int(_PREFIX.size + head + body)

    def _fail(self, fault: str) -> None:
        self._fault = fault
        self._buffer.clear()
        raise HostProtocol(fault=fault)


class MessageCodec(Generic[Message]):
    """Messages of one direction to and from the heads of frames."""

    def __init__(self, kinds: Any) -> None:
        """``kinds`` is the union of tagged Structs ``Message``, as a value."""
        self._encoder = msgspec.json.Encoder()
        self._decoder: msgspec.json.Decoder[Message] = msgspec.json.Decoder(kinds)

    def encode(self, message: object, body: bytes = b"") -> bytes:
        """The whole frame; raises `HostProtocol` if the message cannot be written down."""
        try:
            head = self._encoder.encode(message)
        except (msgspec.MsgspecError, OverflowError, UnicodeError, TypeError) as error:
            fault = f"a message cannot be written: {error}"
            raise HostProtocol(fault=fault) from error
        return encode_frame(head, body)

    def decode(self, head: bytes) -> Message:
        """The message of a head; raises `HostProtocol`."""
        try:
            return self._decoder.decode(head)
        except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
            raise HostProtocol(fault=parser_fault(error)) from error
