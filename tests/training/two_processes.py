"""A helper process for the slow tests: trains as one of two and writes down what it became.

`python -m tests.training.two_processes PICTURES FOLDER`; Lightning Fabric starts the second one.
"""

import sys
from dataclasses import replace
from pathlib import Path

import torch

from tests.training.tiny import tiny_config
from training.data.prepare import prepare_data
from training.engine import Engine, EngineConfig
from training.gan.trainer import GanTrainer

STEPS = 4


def full_batch() -> tuple[torch.nn.Linear, torch.Tensor]:
    """A layer and a batch of 8, the same in every process."""
    random = torch.Generator().manual_seed(1)
    layer = torch.nn.Linear(5, 3)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=random))
    return layer, torch.randn(8, 5, generator=random)


def main(pictures: Path, folder: Path) -> None:
    """Train `STEPS` steps as one of two processes and save parameters and gradients."""
    engine = Engine(EngineConfig(accelerator="cpu", devices=2, precision="32-true", threads=1))
    engine.launch()
    layer, batch = full_batch()
    part = batch.chunk(2)[engine.rank]
    layer(part).square().mean().backward()
    engine.average_gradients(layer)

    config = tiny_config(folder / "run", pictures)
    config = replace(config, network=config.network)
    engine.first_decides(lambda: str(prepare_data(config.data, resolution=32, say=print).folder))
    data = prepare_data(config.data, resolution=32, say=print)
    trainer = GanTrainer(config, data, engine)
    losses = [trainer.step() for _ in range(STEPS)]
    torch.save(
        {
            "gradients": [parameter.grad for parameter in layer.parameters()],
            "state": trainer.state(),
            "real_logits": [loss.real_logit for loss in losses],
        },
        folder / f"rank{engine.rank}.pt",
    )
    engine.barrier()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
