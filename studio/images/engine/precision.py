"""Decides whether a model computes in half precision on the card at hand: by its golden sample.

A graph in half precision was compared with the one in single precision where it was exported.
Cards round in their own ways, so it is tried again on this one before a picture is made with it.
"""

from studio.contract.errors import ModelError
from studio.contract.manifest import Model
from studio.images.engine.generator import GENERATOR, check_kind
from studio.images.engine.golden import replay_golden
from studio.runtime.cancel import CancelToken
from studio.runtime.sessions import SessionCache


def settle_precision(model: Model, sessions: SessionCache, token: CancelToken) -> None:
    """Have ``sessions`` use the graph in half precision only if it makes the golden pictures.

    Does nothing where there is no such graph, no card for it, or the question is settled.
    Raises `MemoryExhausted`, and `Cancelled` by the token.
    """
    check_kind(model)
    if not sessions.half_needs_proof(model, GENERATOR):
        return
    try:
        report = replay_golden(model, sessions, token)
    except ModelError as error:
        sessions.refuse_half(model, GENERATOR, error.fields.get("fault", error.code))
        return
    if report.ok:
        sessions.accept_half(model, GENERATOR)
    else:
        sessions.refuse_half(model, GENERATOR, report.fault)
