"""Films as pictures that move by themselves: GIF and animated PNG."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from studio.film.source import FilmSource, Frame
from studio.film.videos import check_encoder, plane_rows

if TYPE_CHECKING:
    from av import VideoFrame
    from av.filter import Graph

_HUNDREDTH: Final = Fraction(1, 100)
_ENDLESS, _ONCE = 0, -1
_FORMATS: Final = {1: "gray", 3: "rgb24", 4: "rgba"}


def write_apng(source: FilmSource, part: Path, *, loop: bool) -> None:
    """Write all pictures of ``source``; nothing of them is lost. Raises FFmpeg's errors."""
    import av

    check_encoder("apng")
    shape = source.shape
    options = {"plays": "0" if loop else "1"}
    with av.open(str(part), "w", format="apng", options=options) as container:
        stream = container.add_stream("apng", rate=shape.fps, options={"pred": "mixed"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = shape.width, shape.height
        stream.pix_fmt = _FORMATS[shape.channels]
        for index, frame in enumerate(source):
            picture = _picture(source.enlarged(frame))
            picture.pts, picture.time_base = index, 1 / shape.fps
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))


def write_gif(source: FilmSource, part: Path, *, loop: bool) -> None:
    """Write all pictures of ``source``, each in 256 colours of its own. Raises FFmpeg's errors.

    Pictures of few pixels have few colours, so a palette for each loses next to nothing where
    one for all would leave bands in every slow change. Times are rounded to hundredths of a
    second so that the error never adds up.
    """
    import av

    check_encoder("gif")
    shape = source.shape
    options = {"loop": str(_ENDLESS if loop else _ONCE)}
    with av.open(str(part), "w", format="gif", options=options) as container:
        stream = container.add_stream("gif", rate=shape.fps, options={})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = shape.width, shape.height
        stream.pix_fmt = "pal8"
        stream.codec_context.time_base = _HUNDREDTH
        for index, picture in enumerate(_with_palettes(source)):
            picture.pts, picture.time_base = round(index / shape.fps * 100), _HUNDREDTH
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))


def _with_palettes(source: FilmSource) -> "Iterator[VideoFrame]":
    """The pictures in indexed colours, enlarged: FFmpeg's palettegen and paletteuse."""
    import av

    graph = _palette_graph(source)
    for index, frame in enumerate(source):
        given = _picture(_as_colour(source.enlarged(frame) if source.smooth else frame))
        given.pts, given.time_base = index, _HUNDREDTH
        graph.vpush(given)
        picture = graph.vpull()
        assert isinstance(picture, av.VideoFrame)
        yield picture if source.smooth else _enlarged(source, picture)


def _palette_graph(source: FilmSource) -> "Graph":
    from av.filter import Graph

    shape = source.shape
    width, height = (shape.width, shape.height) if source.smooth else source.size
    has_alpha = shape.channels == 4
    graph = Graph()
    given = graph.add(
        "buffer",
        f"video_size={width}x{height}:pix_fmt={'rgba' if has_alpha else 'rgb24'}:"
        f"time_base=1/100:pixel_aspect=1/1",
    )
    split = graph.add("split")
    find = graph.add("palettegen", f"stats_mode=single:reserve_transparent={int(has_alpha)}")
    dither = "bayer:bayer_scale=5" if source.smooth else "none"
    use = graph.add("paletteuse", f"new=1:dither={dither}:alpha_threshold=128")
    shown = graph.add("buffersink")
    given.link_to(split)
    split.link_to(find, 0, 0)
    split.link_to(use, 1, 0)
    find.link_to(use, 0, 1)
    use.link_to(shown)
    graph.configure()
    return graph


def _enlarged(source: FilmSource, picture: "VideoFrame") -> "VideoFrame":
    """The indices enlarged, in the same colours."""
    import av

    shape = source.shape
    if shape.enlargement == 1:
        return picture
    indices, palette = picture.planes
    rows = plane_rows(indices)[: picture.height, : picture.width]
    large = rows.repeat(shape.enlargement, axis=0).repeat(shape.enlargement, axis=1)
    result = av.VideoFrame(shape.width, shape.height, "pal8")
    plane_rows(result.planes[0])[: shape.height, : shape.width] = large
    result.planes[1].update(bytes(palette))
    return result


def _as_colour(frame: Frame) -> Frame:
    return frame.repeat(3, axis=2) if frame.shape[2] == 1 else frame


def _picture(frame: Frame) -> "VideoFrame":
    import av

    kind = _FORMATS[frame.shape[2]]
    array = frame[:, :, 0] if frame.shape[2] == 1 else frame
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(array), kind)
