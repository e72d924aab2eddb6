"""One step of GAN training and all that it depends on; no files, no clock.

The loss is the non-saturating one of Goodfellow et al., "Generative Adversarial Networks"
(2014), section 3, with the R1 penalty of Mescheder, Geiger and Nowozin, "Which Training Methods
for GANs do actually Converge?" (2018), applied lazily (Karras et al. 2020, appendix B).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.data.dataset import PictureSet
from training.data.order import GroupedOrder, stream
from training.engine import Engine
from training.gan.average import AveragedGenerator, one_hot
from training.gan.config import GanConfig
from training.gan.diversity import to_signal
from training.gan.model import Discriminator, Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLosses:
    """The numbers of one step. `penalty` is not a number in steps without one."""

    generator: float
    discriminator: float
    penalty: float
    real_logit: float
    fake_logit: float


class GanTrainer:
    """Two networks, their optimisers and the arithmetic of one step; no files, no clock."""

    def __init__(self, config: GanConfig, data: PictureSet, engine: Engine) -> None:
        self._config = config
        self._data = data
        self._engine = engine
        self.images = 0
        self.step_number = 0
        sizes = {
            "resolution": config.resolution,
            "channels": data.info.channels,
            "classes": len(data.info.classes),
        }
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            generator = Generator(**sizes, config=config.network)
            discriminator = Discriminator(**sizes, group=config.group, config=config.network)
        self.averaged = AveragedGenerator(generator, half_life_images=config.average_images)
        self.generator = generator.to(engine.device)
        self.discriminator = discriminator.to(engine.device)
        for network in (self.generator, self.discriminator):
            # torch's stub of Module.to lacks this argument.
            network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.averaged.generator.to(engine.device)
        betas = (config.beta1, config.beta2)
        self.generator_optimiser = torch.optim.Adam(
            self.generator.parameters(), config.learning_rate, betas, fused=True
        )
        self.discriminator_optimiser = torch.optim.Adam(
            self.discriminator.parameters(), config.learning_rate, betas, fused=True
        )
        self._order = GroupedOrder(
            data.labels,
            data.training_indices(),
            group=config.group,
            batch=config.batch,
            seed=config.seed,
        )

    def _latent(self, purpose: int) -> Tensor:
        """Latents (batch, latent_dim) that depend on seed, step, process and purpose alone."""
        random = stream(self._config.seed, 2, self.step_number, self._engine.rank, purpose)
        shape = (self._config.batch, self._config.network.latent_dim)
        return torch.from_numpy(random.standard_normal(shape, dtype=np.float32)).to(
            self._engine.device
        )

    def step(self) -> StepLosses:
        """One update of the discriminator, then one of the generator."""
        engine, config = self._engine, self._config
        indices = self._order.batch(self.step_number * engine.world_size + engine.rank)
        labels = torch.from_numpy(self._data.labels[indices]).to(engine.device)
        weights = one_hot(labels, len(self._data.info.classes))
        real = to_signal(self._data.images[indices]).to(
            engine.device, memory_format=torch.channels_last
        )

        self.discriminator.requires_grad_(True)
        with torch.no_grad(), engine.autocast():
            fake = self.generator(self._latent(0), weights)
        with engine.autocast():
            logits = self.discriminator(
                torch.cat([real.to(fake.dtype), fake]), torch.cat([labels, labels])
            )
        real_logits, fake_logits = logits.chunk(2)
        judging = functional.softplus(-real_logits).mean() + functional.softplus(fake_logits).mean()
        penalty: Tensor | None = None
        total = judging
        if self.step_number % config.r1_every == 0 and config.r1_gamma > 0:
            penalty = self._gradient_penalty(real, labels)
            total = judging + penalty * (config.r1_gamma / 2 * config.r1_every)
        self._update(self.discriminator, self.discriminator_optimiser, total)

        self.discriminator.requires_grad_(False)
        with engine.autocast():
            verdict = self.discriminator(self.generator(self._latent(1), weights), labels)
        making = functional.softplus(-verdict).mean()
        self._update(self.generator, self.generator_optimiser, making)

        self.step_number += 1
        self.images += config.batch * engine.world_size
        self.averaged.update(
            self.generator, images=self.images, batch=config.batch * engine.world_size
        )
        return StepLosses(
            generator=making.item(),
            discriminator=judging.item(),
            penalty=penalty.item() if penalty is not None else math.nan,
            real_logit=real_logits.mean().item(),
            fake_logit=fake_logits.mean().item(),
        )

    def _gradient_penalty(self, real: Tensor, labels: Tensor) -> Tensor:
        """Mean squared norm of the verdict's gradient at real pictures (R1 without its weight)."""
        pictures = real.detach().requires_grad_(True)
        with self._engine.autocast():
            verdict = self.discriminator(pictures, labels).sum()
        (gradient,) = torch.autograd.grad(verdict, pictures, create_graph=True)
        return gradient.float().square().sum(dim=(1, 2, 3)).mean()

    def _update(
        self, module: torch.nn.Module, optimiser: torch.optim.Optimizer, loss: Tensor
    ) -> None:
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves Tensor.backward untyped
        self._engine.average_gradients(module)
        optimiser.step()

    def state(self) -> dict[str, object]:
        """All that the next step depends on, as tensors and plain values."""
        return {
            "images": self.images,
            "step": self.step_number,
            "generator": self.generator.state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "averaged": self.averaged.generator.state_dict(),
            "generator_optimiser": self.generator_optimiser.state_dict(),
            "discriminator_optimiser": self.discriminator_optimiser.state_dict(),
            "torch_random": torch.get_rng_state(),
        }

    def load(self, state: Mapping[str, object]) -> None:
        """Put back what `state()` gave."""
        parts = {key: state[key] for key in self.state()}
        for key, target in (
            ("generator", self.generator),
            ("discriminator", self.discriminator),
            ("averaged", self.averaged.generator),
            ("generator_optimiser", self.generator_optimiser),
            ("discriminator_optimiser", self.discriminator_optimiser),
        ):
            part = parts[key]
            assert isinstance(part, dict)
            target.load_state_dict(part)
        images, step, random = parts["images"], parts["step"], parts["torch_random"]
        assert isinstance(images, int)
        assert isinstance(step, int)
        assert isinstance(random, Tensor)
        self.images, self.step_number = images, step
        torch.set_rng_state(random)
