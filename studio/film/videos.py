"""Films as video streams: H.264 in MP4, VP9 in WebM.

Colours are converted here and not by FFmpeg's scaler: a pixel that is enlarged by an even number
covers whole 2x2 squares, of which a video keeps one colour each, so nothing of one pixel runs
into the next. The files say which primaries, transfer and matrix they mean (ITU-T H.273:
BT.709, sRGB's transfer, limited range), because players guess otherwise.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from studio.contract.errors import PictureError, SetupFault
from studio.film.formats import FilmFormat, Quality
from studio.film.source import FilmSource, Frame
from studio.film.tags import FilmFacts

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.video.plane import VideoPlane

Values = NDArray[np.float32]
"""(height, width) float32."""
Plane = NDArray[np.uint8]
"""(height, width) uint8."""

ENCODERS: Final[dict[FilmFormat, str]] = {
    "mp4": "libx264",
    "webm": "libvpx-vp9",
    "gif": "gif",
    "apng": "apng",
    "png": "png",
}

_X264: Final[dict[Quality, dict[str, str]]] = {
    "small": {"crf": "27", "preset": "medium"},
    "good": {"crf": "18", "preset": "veryfast"},
    "best": {"crf": "10", "preset": "medium"},
}
_VP9: Final[dict[Quality, dict[str, str]]] = {
    "small": {"crf": "40", "cpu-used": "4"},
    "good": {"crf": "28", "cpu-used": "5"},
    "best": {"crf": "14", "cpu-used": "3"},
}
_BT709: Final = 1
_SRGB_TRANSFER: Final = 13
_LIMITED: Final = 1
_SECONDS_BETWEEN_KEYFRAMES: Final = 2
_OPAQUE_FORMAT, _ALPHA_FORMAT = "yuv420p", "yuva420p"

_RED, _BLUE = 0.2126, 0.0722
_GREEN = 1.0 - _RED - _BLUE
_TO_YCBCR: Final = (
    np.array(
        [
            [_RED, _GREEN, _BLUE],
            [-_RED / (2 - 2 * _BLUE), -_GREEN / (2 - 2 * _BLUE), 0.5],
            [0.5, -_GREEN / (2 - 2 * _RED), -_BLUE / (2 - 2 * _RED)],
        ],
        np.float32,
    ).T
    * np.array([219.0, 224.0, 224.0], np.float32)
    / np.float32(255.0)
)
_YCBCR_ZERO: Final = np.array([16.0, 128.0, 128.0], np.float32)


def check_encoder(kind: FilmFormat) -> None:
    """Raise `SetupFault` if the FFmpeg that is installed cannot write ``kind``."""
    import av

    try:
        av.Codec(ENCODERS[kind], "w")
    except ValueError as error:  # av.codec.UnknownCodecError
        fault = f"its FFmpeg has no encoder {ENCODERS[kind]}; choose another format"
        raise SetupFault(fault=fault) from error


def write_video(source: FilmSource, part: Path, quality: Quality, facts: FilmFacts | None) -> None:
    """Write all pictures of ``source``; raises `SetupFault` and FFmpeg's own errors."""
    import av

    shape = source.shape
    check_encoder(shape.format)
    is_mp4 = shape.format == "mp4"
    options = dict(_X264[quality]) if is_mp4 else {**_VP9[quality], "b": "0", "row-mt": "1"}
    if shape.channels == 4:
        options["auto-alt-ref"] = "0"  # the encoder refuses it together with alpha
    with av.open(
        str(part),
        "w",
        format=shape.format,
        options={"movflags": "+faststart"} if is_mp4 else {},
    ) as container:
        if facts is not None and not is_mp4:
            container.metadata.update(facts.tags())
        elif facts is not None and facts.title:
            container.metadata["title"] = facts.title
        stream = container.add_stream(ENCODERS[shape.format], rate=shape.fps, options=options)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = shape.width, shape.height
        stream.pix_fmt = _ALPHA_FORMAT if shape.channels == 4 else _OPAQUE_FORMAT
        context = stream.codec_context
        context.colorspace = context.color_primaries = _BT709
        context.color_trc, context.color_range = _SRGB_TRANSFER, _LIMITED
        context.gop_size = max(1, round(shape.fps * _SECONDS_BETWEEN_KEYFRAMES))
        context.time_base = 1 / shape.fps
        for index, frame in enumerate(source):
            picture = _picture(source, frame)
            picture.pts, picture.time_base = index, 1 / shape.fps
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))


def _picture(source: FilmSource, frame: Frame) -> "VideoFrame":
    import av

    shape = source.shape
    planes = _smooth_planes(source, frame) or _planes(source, frame)
    kind = _ALPHA_FORMAT if shape.channels == 4 else _OPAQUE_FORMAT
    picture = av.VideoFrame(shape.width, shape.height, kind)
    for plane, values in zip(picture.planes, planes, strict=True):
        height, width = values.shape
        plane_rows(plane)[:height, :width] = values
    picture.colorspace = picture.color_primaries = _BT709
    picture.color_trc, picture.color_range = _SRGB_TRANSFER, _LIMITED
    return picture


def _planes(source: FilmSource, frame: Frame) -> list[Plane]:
    """Luma, both colour differences at half the size, and alpha where there is any."""
    times = source.shape.enlargement
    exact = not source.smooth and times % 2 == 0
    if not exact:
        frame = source.enlarged(frame)
    luma, blueness, redness = _ycbcr(frame)
    alpha = [frame[:, :, 3]] if source.shape.channels == 4 else []
    if not exact:
        return [_whole(luma), _whole(_halved(blueness)), _whole(_halved(redness)), *alpha]
    return [
        _repeated(_whole(luma), times),
        _repeated(_whole(blueness), times // 2),
        _repeated(_whole(redness), times // 2),
        *(_repeated(plane, times) for plane in alpha),
    ]


def _smooth_planes(source: FilmSource, frame: Frame) -> list[Plane] | None:
    """The same of a picture that is enlarged smoothly; None: it is not, or must be seen through.

    Enlarging and the change to luma and colour differences are both linear, so the small picture
    is changed and only then enlarged, the colours straight to their half size.
    """
    from PIL import Image

    shape = source.shape
    width, height = (side * shape.enlargement for side in source.size)
    if not source.smooth or shape.channels == 4 or width % 2 or height % 2:
        return None
    sizes = (width, height), (width // 2, height // 2), (width // 2, height // 2)
    return [
        _whole(np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.BICUBIC)))
        for plane, size in zip(_ycbcr(frame), sizes, strict=True)
    ]


def plane_rows(plane: "VideoPlane") -> Plane:
    """The memory of a plane as rows, padding and all, to be read or written."""
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)


def _ycbcr(frame: Frame) -> tuple[Values, Values, Values]:
    """Luma and both colour differences, limited range, (height, width) float32 each."""
    height, width, channels = frame.shape
    if channels == 1:
        luma = frame[:, :, 0] * np.float32(219.0 / 255.0) + np.float32(16.0)
        grey = np.full((height, width), 128.0, np.float32)
        return luma, grey, grey
    flat = frame[:, :, :3].reshape(-1, 3).astype(np.float32) @ _TO_YCBCR + _YCBCR_ZERO
    planes = np.ascontiguousarray(flat.T).reshape(3, height, width)
    return planes[0], planes[1], planes[2]


def _whole(values: Values) -> Plane:
    return np.rint(values).clip(0, 255).astype(np.uint8)


def _repeated(plane: Plane, times: int) -> Plane:
    return plane.repeat(times, axis=0).repeat(times, axis=1)


def _halved(plane: Values) -> Values:
    """The mean of each square of two by two; the last row or column stands for a missing one."""
    height, width = plane.shape
    if height % 2 or width % 2:
        plane = np.pad(plane, ((0, height % 2), (0, width % 2)), mode="edge")
    halved: Values = (
        plane[0::2, 0::2] + plane[0::2, 1::2] + plane[1::2, 0::2] + plane[1::2, 1::2]
    ) * np.float32(0.25)
    return halved


def decoded(path: Path, kind: FilmFormat, channels: int) -> Iterator[Frame]:
    """Every picture of a file, (height, width, 3 or 4) uint8.

    Raises FFmpeg's own errors, and `PictureError` where there is no picture at all.
    """
    import av

    with av.open(str(path), format="apng" if kind == "apng" else None) as container:
        if not container.streams.video:
            raise PictureError(file=path, fault="it holds no pictures")
        for picture in _pictures(container, kind, channels):
            yield _as_rgb(picture, "rgba" if channels == 4 else "rgb24")


def _pictures(
    container: "InputContainer", kind: FilmFormat, channels: int
) -> Iterator["VideoFrame"]:
    import av

    if kind != "webm" or channels != 4:
        yield from container.decode(video=0)
        return
    # FFmpeg's own decoder of VP9 leaves the alpha out.
    decoder = av.CodecContext.create("libvpx-vp9", "r")
    for packet in container.demux(video=0):
        yield from decoder.decode(packet if packet.size else None)


def _as_rgb(picture: "VideoFrame", kind: str) -> Frame:
    if picture.format.name.startswith("yuv"):
        picture = picture.reformat(format=kind, src_colorspace="ITU709", src_color_range="MPEG")
    array = picture.to_ndarray(format=kind)
    assert array.dtype == np.uint8
    return array.astype(np.uint8, copy=False)


def frame_rate(path: Path) -> Fraction:
    """Pictures a second of a film file, as its container says."""
    import av

    with av.open(str(path)) as container:
        return Fraction(container.streams.video[0].average_rate or 0)
