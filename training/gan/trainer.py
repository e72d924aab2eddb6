"""One step of GAN training and all that it depends on; no files, no clock.

Two losses. The non-saturating one of Goodfellow et al., "Generative Adversarial Networks" (2014),
section 3; and the relativistic pairing of Jolicoeur-Martineau (2018) in the form of Huang,
Gokaslan, Kuleshov and Tompkin, "The GAN is dead; long live the GAN! A Modern GAN Baseline" (2024),
section 2, in which a made picture is judged against a real one. Both with the zero-centred
penalties R1 (at real pictures) and R2 (at made ones) of Mescheder, Geiger and Nowozin, "Which
Training Methods for GANs do actually Converge?" (2018), applied lazily (Karras et al. 2020,
appendix B).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from training.data.dataset import PictureSet
from training.data.order import GroupedOrder, stream
from training.engine import Engine
from training.gan.augment import augment
from training.gan.average import AveragedGenerator, one_hot
from training.gan.config import GanConfig
from training.gan.diversity import to_signal
from training.gan.recipes import make_networks
from training.gan.together import SetOrder, as_sheets, from_sheets, shared_positions

SLOWEST = 0.05
"""Share of the step size that is left at the end of a run whose steps grow smaller."""


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
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            networks = make_networks(
                config.recipe,
                resolution=config.resolution,
                channels=data.info.channels,
                classes=len(data.info.classes),
                group=config.group,
                config=config.network,
                together=config.together,
            )
        self.averaged = AveragedGenerator(
            networks.generator, half_life_images=config.average_images
        )
        self.generator = networks.generator.to(engine.device)
        self.discriminator = networks.discriminator.to(engine.device)
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
        self._order = self._deal()
        self._shared: npt.NDArray[np.int64] | None = None
        if config.together > 1:
            self._shared = shared_positions(
                config.batch, group=config.group, together=config.together
            )

    def _deal(self) -> GroupedOrder | SetOrder:
        """The order in which the run sees its pictures."""
        config, data = self._config, self._data
        if config.together > 1:
            table = data.set_table()
            return SetOrder(
                table[~data.held_out[table[:, 0]]],
                group=config.group,
                together=config.together,
                batch=config.batch,
                seed=config.seed,
            )
        return GroupedOrder(
            data.labels,
            data.training_indices(),
            group=config.group,
            batch=config.batch,
            seed=config.seed,
        )

    def _random(self, purpose: int) -> np.random.Generator:
        """Numbers that depend on seed, step, process and purpose alone."""
        return stream(self._config.seed, 2, self.step_number, self._engine.rank, purpose)

    def _make(self, weights: Tensor, purpose: int) -> Tensor:
        """Pictures of the generator for class weights (batch, classes)."""
        random = self._random(purpose)
        shape = (len(weights), self._config.network.latent_dim)
        latent = torch.from_numpy(random.standard_normal(shape, dtype=np.float32))
        latent = latent.to(self._engine.device)
        if self._shared is None:
            return self.generator.draw_training(latent, weights, random)
        return self.generator.draw_training(
            latent[self._shared], weights, random, shared=self._shared
        )

    def _changed(self, pictures: Tensor, purpose: int) -> Tensor:
        """The pictures as the discriminator gets to see them."""
        config = self._config
        if not config.augment:
            return pictures
        sheets = as_sheets(pictures, group=config.group, together=config.together)
        sheets = augment(sheets, config.augment, self._random(purpose))
        changed = from_sheets(sheets, group=config.group, together=config.together)
        return changed.contiguous(memory_format=torch.channels_last)

    def pace(self, share: float) -> None:
        """Set the step size for a run of which `share`, 0 to 1, is done."""
        config = self._config
        rate = config.learning_rate
        if config.learning_rate_end > 0:
            left = (1 - share) / config.learning_rate_end
            rate *= min(1.0, max(left, SLOWEST))
        for optimiser in (self.generator_optimiser, self.discriminator_optimiser):
            for group in optimiser.param_groups:
                group["lr"] = rate

    def step(self) -> StepLosses:
        """One update of the discriminator, then one of the generator.

        The `style` recipe lets the generator learn from the very pictures that the discriminator
        has just learnt from: another tenth of all steps for the same time.
        """
        engine, config = self._engine, self._config
        indices = self._order.batch(self.step_number * engine.world_size + engine.rank)
        labels = torch.from_numpy(self._data.labels[indices]).to(engine.device)
        weights = one_hot(labels, len(self._data.info.classes))
        real = to_signal(self._data.images[indices]).to(
            engine.device, memory_format=torch.channels_last
        )
        seen = self._changed(real, 3)
        again = config.recipe == "style"

        self.discriminator.requires_grad_(True)
        with torch.set_grad_enabled(again), engine.autocast():
            fake = self._make(weights, 0)
        shown = self._changed(fake.detach(), 4)
        with engine.autocast():
            logits = self.discriminator(
                torch.cat([seen.to(shown.dtype), shown]), torch.cat([labels, labels])
            )
        real_logits, fake_logits = logits.chunk(2)
        judging = self._judging(real_logits, fake_logits)
        penalty: Tensor | None = None
        total = judging
        if self.step_number % config.r1_every == 0:
            if config.r1_gamma > 0:
                penalty = self._gradient_penalty(seen, labels)
                total = total + penalty * (config.r1_gamma / 2 * config.r1_every)
            if config.r2_gamma > 0:
                made_penalty = self._gradient_penalty(shown, labels)
                total = total + made_penalty * (config.r2_gamma / 2 * config.r1_every)
        self._update(self.discriminator, self.discriminator_optimiser, total)

        self.discriminator.requires_grad_(False)
        with engine.autocast():
            if not again:
                fake = self._make(weights, 1)
            verdict = self.discriminator(self._changed(fake, 5), labels)
            making = self._making(verdict, seen, labels)
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

    def _judging(self, real: Tensor, fake: Tensor) -> Tensor:
        """The discriminator's loss for its logits (batch,) of real and made pictures."""
        if self._config.loss == "relativistic":
            return functional.softplus(fake - real).mean()
        return functional.softplus(-real).mean() + functional.softplus(fake).mean()

    def _making(self, verdict: Tensor, seen: Tensor, labels: Tensor) -> Tensor:
        """The generator's loss for the logits (batch,) of its pictures, beside real ones."""
        if self._config.loss == "relativistic":
            with torch.no_grad():
                real = self.discriminator(seen, labels)
            return functional.softplus(real - verdict).mean()
        return functional.softplus(-verdict).mean()

    def _gradient_penalty(self, pictures: Tensor, labels: Tensor) -> Tensor:
        """Mean squared norm of the verdict's gradient at pictures: R1 or R2 without its weight."""
        pictures = pictures.detach().float().requires_grad_(True)
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
