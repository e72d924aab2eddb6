"""Writes a ruler's CARD.md: what it was trained to tell apart, and how well it does."""

from training.card import credit_lines
from training.data.dataset import DatasetInfo
from training.progress import spoken_time
from training.ruler.manifest import RulerManifest

CARD_NAME = "CARD.md"


def write_ruler_card(manifest: RulerManifest, info: DatasetInfo) -> str:
    """The card's Markdown."""
    rows = "\n".join(
        f"| {score.of or 'all'} | {score.name} | {len(head.values)} | {score.right:.1%} | "
        f"{score.guessing:.1%} |"
        for head, score in zip(manifest.heads, manifest.scores, strict=True)
    )
    return f"""# Ruler {manifest.id}

A small network in whose {manifest.features} features pictures are compared when a model is \
measured (`python -m training evaluate`). It draws nothing and the studio does not show it. \
Figures taken with rulers of another SHA-256 are not comparable.

SHA-256 of the graph: `{manifest.sha256}`

## Data

{info.name}: {info.count - info.held_out:,} pictures to train on, {info.held_out:,} held out, \
{info.width}x{info.height}, {"greyscale" if info.channels == 1 else "RGB"}.

{credit_lines(info.credits)}

## Training

{manifest.images_seen:,} pictures seen in {spoken_time(manifest.seconds)}.

```
{manifest.command}
```

## What it tells apart

Shares right on held-out pictures, and what naming the commonest answer would give.

| pictures of | question | answers | right | by guessing |
|---|---|---|---|---|
{rows}
"""
