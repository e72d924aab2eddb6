"""`python -m training`: train a model, export it, look at data."""

import os
import sys
from dataclasses import replace
from typing import Annotated

# Before anything can import onnxruntime: it reads this once, on import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code: 2 for bad input, 3 where training is not installed."""
    try:
        import torch  # noqa: F401 - only to know whether it is there
        import tyro
    except ModuleNotFoundError as missing:
        print(
            f"error: training needs {missing.name}, which is not installed; "
            "in a clone of the project run: pip install -e '.[training]'",
            file=sys.stderr,
        )
        return 3

    from training.data.prepare import DataCommand
    from training.errors import TrainingError
    from training.evaluate.curve import CurveConfig, measure_curve
    from training.evaluate.figures import describe_figures
    from training.evaluate.run import EvaluateConfig, evaluate_model
    from training.export import ExportConfig, describe, export_run
    from training.gan.config import GanConfig, default_config, recipe_of
    from training.gan.train import train_gan
    from training.half_precision import HalfConfig, add_half
    from training.preview import describe_data
    from training.ruler.export import RulerExportConfig, export_ruler
    from training.ruler.train import RulerConfig, train_ruler
    from training.text.config import TextConfig
    from training.text.evaluate import TextEvaluateConfig, describe_judged, evaluate_text
    from training.text.export import TextExportConfig, describe_text, export_text
    from training.text.train import train_text
    from training.traits import TraitsConfig, find_traits
    from training.upscale.importer import UpscaleConfig, import_upscaler

    words = sys.argv[1:] if arguments is None else arguments
    # `out` of the default is no default: its value is asked for like that of every other command.
    defaults = replace(default_config(recipe_of(words)), out=tyro.MISSING)
    command: (
        GanConfig
        | TextConfig
        | TextExportConfig
        | TextEvaluateConfig
        | ExportConfig
        | EvaluateConfig
        | HalfConfig
        | RulerConfig
        | RulerExportConfig
        | UpscaleConfig
        | TraitsConfig
        | CurveConfig
        | DataCommand
    ) = tyro.cli(
        Annotated[
            GanConfig, tyro.conf.subcommand("gan", default=defaults, description="Train a GAN.")
        ]
        | Annotated[TextConfig, tyro.conf.subcommand("text", description="Train a text model.")]
        | Annotated[
            TextExportConfig,
            tyro.conf.subcommand("export-text", description="Export a text run for the studio."),
        ]
        | Annotated[
            TextEvaluateConfig,
            tyro.conf.subcommand("evaluate-text", description="Measure an exported text model."),
        ]
        | Annotated[
            ExportConfig, tyro.conf.subcommand("export", description="Export a run for the studio.")
        ]
        | Annotated[
            EvaluateConfig,
            tyro.conf.subcommand("evaluate", description="Measure an exported model."),
        ]
        | Annotated[
            HalfConfig,
            tyro.conf.subcommand(
                "half", description="Add a graph in half precision to an exported model."
            ),
        ]
        | Annotated[
            RulerConfig,
            tyro.conf.subcommand("ruler", description="Train what models are measured with."),
        ]
        | Annotated[RulerExportConfig, tyro.conf.subcommand("export-ruler")]
        | Annotated[UpscaleConfig, tyro.conf.subcommand("upscale")]
        | Annotated[
            TraitsConfig,
            tyro.conf.subcommand("traits", description="Find directions that ship with a model."),
        ]
        | Annotated[
            CurveConfig,
            tyro.conf.subcommand("curve", description="Measure the checkpoints of a run."),
        ]
        | Annotated[DataCommand, tyro.conf.subcommand("data")],
        prog="python -m training",
        description="Train a model, export it for the studio, or prepare its data.",
        args=words,
    )
    try:
        if isinstance(command, GanConfig):
            return train_gan(command)
        if isinstance(command, TextConfig):
            return train_text(command)
        if isinstance(command, RulerConfig):
            return train_ruler(command)
        if isinstance(command, RulerExportConfig):
            print(export_ruler(command))
        elif isinstance(command, TextExportConfig):
            print(describe_text(export_text(command, say=print)))
        elif isinstance(command, TextEvaluateConfig):
            print(describe_judged(evaluate_text(command, say=print)))
        elif isinstance(command, UpscaleConfig):
            print(import_upscaler(command))
        elif isinstance(command, EvaluateConfig):
            print(describe_figures(evaluate_model(command)))
        elif isinstance(command, CurveConfig):
            print(measure_curve(command))
        elif isinstance(command, TraitsConfig):
            print(find_traits(command))
        elif isinstance(command, HalfConfig):
            print(add_half(command))
        elif isinstance(command, ExportConfig):
            print(describe(export_run(command, say=print)))
        else:
            print(describe_data(command))
        return 0
    except TrainingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; nothing unfinished was kept", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
