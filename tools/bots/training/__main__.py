"""A bot practises: `.venv/bin/python -m tools.bots.training peg_transfer --skill expert --seed 1`.

Prints what it came to; `--record FILE` keeps the record, for `tools.replay`.
"""

import argparse
from pathlib import Path

from sim.procedures.catalog import PROCEDURES
from tools.bots.training.operator import SKILLS
from tools.bots.training.practice import WAYS, practise


def main() -> None:
    """Plays one attempt."""
    parser = argparse.ArgumentParser(prog="tools.bots.training", description=__doc__)
    parser.add_argument("procedure", choices=tuple(WAYS))
    parser.add_argument("--skill", choices=tuple(SKILLS), default="expert")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--left-handed", action="store_true")
    parser.add_argument("--record", type=Path, metavar="FILE", help="keep the record there")
    given = parser.parse_args()
    environment, record = practise(
        PROCEDURES[given.procedure],
        given.seed,
        SKILLS[given.skill],
        WAYS[given.procedure](given.left_handed),
        is_left_handed=given.left_handed,
    )
    if given.record:
        given.record.write_bytes(record)
    result = environment.result()
    composite = 0.0 if result.score is None else result.score.composite
    errors = ", ".join(f"{kind} {amount:g}" for kind, amount in result.attempt.errors.items())
    print(
        f"{given.skill} {given.seed}: {result.attempt.time_s:.1f} s, composite {composite:.3f}, "
        f"{'proficient' if result.is_proficient else 'not proficient'}; errors: {errors or 'none'}"
    )


if __name__ == "__main__":
    main()
