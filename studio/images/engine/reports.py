"""What the engines found out about a model, in a form that crosses the process boundary."""

import msgspec


class GoldenReport(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a model makes here what it made where it was trained."""

    identical: bool
    largest: int
    """Largest difference of a uint8 value."""
    tolerance: int
    """Largest difference that the manifest still calls the same."""
    ok: bool
    """Verified: the sample was replayed, and nothing differs by more than the tolerance."""
    fault: str = ""
    """Why it is not verified, as the end of a sentence; empty if it is."""
