"""What people cost: `python3 -m client.avatars.benchmark [--people 30]`.

Prints one JSON object. `solve_ms`: all bones of everybody from head and hands. `stance_ms`: hips
and feet. `update_ms`: both, faces, light, shadows and the upload of every palette. `present_ms`:
tags and levels of detail. `flat_update_ms`: as update_ms on machines without shaders, all bodies
coarse. `draw_items`: of all bodies in one pass. Times are medians over 60 frames; nothing is drawn.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable

import numpy as np

from client.avatars.casting import PEOPLE
from client.avatars.glb import Person, read_person
from client.avatars.pose import movement_of, solve
from client.avatars.preview import ASSETS, Actor, Studio, batch_of
from client.avatars.skeleton import Skeleton
from client.avatars.stance import advance, stand
from client.avatars.tag import TagText

ROUNDS = 60


def median_ms(step: Callable[[], object]) -> float:
    """Returns the median time of a step, in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        step()
        times.append((time.perf_counter() - begin) * 1e3)
    return round(statistics.median(times), 3)


def measure(count: int) -> dict[str, float]:
    """Returns the costs of `count` people."""
    studio = Studio((64, 36), oversampling=1)
    actors = [Actor((i % 6 * 1.2, i // 6 * 1.2), i * 40.0) for i in range(count)]
    for actor in actors:
        actor.hold(1, (0.2, 0.3, -0.3))
    for slot in range(count):
        studio.people.add(slot, PEOPLE[slot % len(PEOPLE)], TagText(f"P{slot}", "patient"))
    batch = batch_of(actors)
    look, voice = np.full((count, 3), np.nan), np.full(count, 0.3)
    clock = iter(np.arange(1, 10_000) / 60)
    result = {"people": float(count), "draw_items": float(_draw_items(studio))}
    people = studio.people
    result["update_ms"] = median_ms(lambda: people.update(float(next(clock)), batch, look, voice))
    result["present_ms"] = median_ms(lambda: studio.look((3, 9, 1.6), (3, 0, 1), 60))
    skeleton = Skeleton([_person(PEOPLE[slot % len(PEOPLE)]) for slot in range(count)])
    movement = movement_of(skeleton, batch)
    stance = stand(movement)
    result["solve_ms"] = median_ms(lambda: solve(skeleton, batch, stance, 0.0))
    result["stance_ms"] = median_ms(lambda: advance(stance, movement, 1 / 60))
    flat = studio.new_people("none")
    for slot in range(count):
        flat.add(slot, PEOPLE[slot % len(PEOPLE)], TagText(f"P{slot}", "patient"))
    result["flat_update_ms"] = median_ms(
        lambda: flat.update(float(next(clock)), batch, look, voice)
    )
    studio.close()
    return result


def _person(name: str) -> Person:
    return read_person(name, (ASSETS / "people" / f"{name}.glb").read_bytes())


def _draw_items(studio: Studio) -> int:
    bodies = studio.people.root.find("bodies").find_all_matches("**/+GeomNode")
    return sum(body.node().get_num_geoms() for body in bodies)


def main() -> None:
    """Reads the command line and measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=30)
    print(json.dumps(measure(parser.parse_args().people)))  # noqa: T201 - the benchmark's answer


if __name__ == "__main__":
    main()
