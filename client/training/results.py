"""From what the clinic tells of an attempt that is over to what its debrief shows. Pure."""

from typing import Final

import numpy as np

from client.training.panels import DebriefView, ErrorView, LearningView, PartView
from client.ui.history import History
from world.protocol import messages as m

COMPOSITE: Final = "composite"
POINTS: Final = "FLS-style points"
PARTS: Final = {
    "time": ("Time", "from the limit to the proficient time"),
    "accuracy": ("Accuracy", "what the errors cost"),
    "economy": ("Economy of motion", "way of both tips, against that of experts"),
    "smoothness": ("Smoothness", "of the less smooth hand"),
    "in_view": ("Instruments in view", "share of the time"),
    "gentleness": ("Gentleness", "forces that tissue bears"),
}
"""Names of a score's parts as trainees read them, in the order in which they are shown."""
ADVICE: Final = {
    "time": "Plan the next movement while the hand still moves: most time is lost between them.",
    "accuracy": "Go slower where errors happen: they cost more than the time that they save.",
    "economy": "Aim first, then move once: the tips went farther than an expert's.",
    "smoothness": "Move in one even stroke, and stop only where something is taken or put down.",
    "in_view": "Keep both tips in the picture: move the scope before a hand leaves it.",
    "gentleness": "Pull less: the force was above what tissue bears.",
}
"""What to work at next, by the lowest part. Own words."""
LOW: Final = 0.8
"""A part below this is worth a word of advice. Own choice."""
CURVE_STEP: Final = 1.0


def debrief_of(over: m.AttemptOver, task: m.Procedure | None, whose: str = "") -> DebriefView:
    """Returns what is shown of an attempt that is over.

    Args:
      over: as the clinic tells it.
      task: what was practised; None if the clinic does not offer it now.
      whose: the name of who practised; empty for the reader.
    """
    title = task.title if task else over.procedure.replace("_", " ").capitalize()
    if whose:
        title = f"{title}: {whose}"
    verdict = over.verdict
    if verdict is None:
        return DebriefView(title, over.notice, over.sentence)
    shares = {part.name: part.value for part in verdict.parts}
    measures = {measure.name: measure.value for measure in verdict.measures}
    return DebriefView(
        title,
        over.notice.rstrip("."),
        _outcome(over.sentence, verdict),
        composite=shares.get(COMPOSITE),
        points=measures.get(POINTS),
        time_s=verdict.time_s,
        proficient_s=(task.proficient_s or None) if task else None,
        parts=tuple(
            PartView(said, shares[name], meaning)
            for name, (said, meaning) in PARTS.items()
            if name in shares
        ),
        errors=tuple(ErrorView(one.kind, one.amount, one.unit) for one in verdict.mistakes),
        unverified=verdict.unverified,
        advice=_advice(shares),
        learning=learning_of(over.progress) if over.progress else None,
    )


def learning_of(progress: m.Progress) -> LearningView:
    """Returns where a trainee stands, in words and as a curve."""
    curve = np.array(progress.curve, float)
    ages = np.arange(len(curve) - 1, -1, -1, dtype=float)
    history = None
    if len(curve) > 1:
        usual = (min(0.0, float(curve.min())), max(0.0, float(curve.max())))
        high = max(usual[1], usual[0] + CURVE_STEP)
        span = float(len(curve) - 1)
        history = History(ages, curve, span, span + 1.0, (usual[0], high), _step(usual))
    return LearningView(_standing(progress), history, f"{progress.attempts} attempts")


def _outcome(sentence: str, verdict: m.Verdict) -> str:
    if not verdict.is_confirmed:
        return sentence
    standing = "That was proficient." if verdict.is_proficient else "Not yet proficient."
    return f"{sentence} {standing}"


def _advice(shares: dict[str, float]) -> str:
    known = {name: share for name, share in shares.items() if name in ADVICE}
    lowest = min(known, key=lambda name: known[name], default="")
    return ADVICE[lowest] if lowest and known[lowest] < LOW else ""


def _standing(progress: m.Progress) -> str:
    if progress.reached_at is not None:
        return f"You have been proficient since attempt {progress.reached_at}."
    if progress.in_a_row < progress.needed_in_a_row:
        return (
            f"Attempt {progress.attempts}. Proficient in a row: {progress.in_a_row} of "
            f"{progress.needed_in_a_row}."
        )
    return (
        f"Attempt {progress.attempts}. Further proficient attempts: {progress.further} of "
        f"{progress.needed_further}."
    )


def _step(usual: tuple[float, float]) -> float:
    """Returns an even step of the axis that gives some four lines."""
    span = max(usual[1] - usual[0], CURVE_STEP)
    rough = span / 4
    scale = 10.0 ** np.floor(np.log10(rough))
    return float(scale * min((1, 2, 5, 10), key=lambda factor: abs(factor * scale - rough)))
