"""Numbers as the whole window writes them."""


def percent_text(share: float) -> str:
    """A share, 1 being the whole, such as "150 %"; a space that does not break, and no zeros."""
    return f"{round(share * 100, 1):g}\u00a0%"
