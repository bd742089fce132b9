"""What the tests of all bots ask of attempts: what went wrong, and who beats whom by how much."""

import numpy as np


def done_wrong(result, rules):
    """Returns the kinds of errors beyond what the rules allow, and the events."""
    beyond = {
        kind
        for kind, amount in result.attempt.errors.items()
        if amount > rules.penalties[kind].allowed.value
    }
    return beyond | result.attempt.events


def assert_skills_are_those_of_the_population(results, mean_s, deviation_s):
    """Expert beats intermediate beats novice; they take what each is set to.

    Args:
      results: by name of the skill.
      mean_s: of the published times.
      deviation_s: their standard deviation.
    """
    times_s = {n: np.mean([r.attempt.time_s for r in rs]) for n, rs in results.items()}
    composites = {n: np.mean([r.score.composite for r in rs]) for n, rs in results.items()}
    assert times_s["expert"] < times_s["intermediate"] < times_s["novice"]
    assert composites["expert"] > composites["intermediate"] > composites["novice"]
    for name, wanted_s in (
        ("expert", mean_s - deviation_s),
        ("intermediate", mean_s),
        ("novice", mean_s + 1.5 * deviation_s),
    ):
        assert abs(times_s[name] - wanted_s) < deviation_s / 2
