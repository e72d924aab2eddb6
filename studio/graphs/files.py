"""Names by which the parts of a written graph are found; apart from what writes graphs, because
whoever opens one needs no more than these.
"""

from typing import Final

GRAPH_NAME: Final = "model.onnx"
DATA_NAME: Final = "model.onnx.data"

ROWS_KEY: Final = "atelier.rows"
"""Of a graph's own metadata: which bytes of the data file are rows that are looked up singly, as
"begin-end begin-end"."""
