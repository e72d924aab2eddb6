"""Decides whether a model computes in half precision on the card at hand: by its golden sample.

A graph in half precision was compared with the one in single precision where it was exported.
Cards round in their own ways, so it is tried again on this one before a picture is made with it.
"""

from studio.contract.errors import ModelError
from studio.contract.manifest import Model
from studio.images.engine.golden import check_replayable, replay_golden
from studio.runtime.cancel import CancelToken
from studio.runtime.sessions import SessionCache


def settle_precision(model: Model, sessions: SessionCache, token: CancelToken) -> None:
    """Have ``sessions`` use graphs in half precision only if they make the golden pictures.

    Does nothing where there are no such graphs, no card for them, or the question is settled.
    Raises `MemoryExhausted`, and `Cancelled` by the token.
    """
    check_replayable(model)
    roles = model.manifest.drawing_graphs()
    unproven = [role for role in roles if sessions.half_needs_proof(model, role)]
    if not unproven:
        return
    try:
        report = replay_golden(model, sessions, token)
        fault = "" if report.ok else report.fault
    except ModelError as error:
        fault = error.fields.get("fault", error.code)
    for role in unproven:
        if fault:
            sessions.refuse_half(model, role, fault)
        else:
            sessions.accept_half(model, role)
