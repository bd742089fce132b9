"""Pictures of the rooms, to be looked at: `python -m tools.bake.rooms.preview --out FOLDER`."""

import argparse
import math
from pathlib import Path

from client.scene.room import RoomView
from client.scene.tiers import TierName
from client.scene.window import Stage, WindowOptions, open_window

Eye = tuple[float, float, float]
VIEWS: dict[str, dict[str, tuple[Eye, Eye, float]]] = {
    "waiting": {
        "enter": ((0.9, 6.7, 1.6), (7.5, 3.2, 1.15), 80),
        "desk": ((5.3, 2.2, 1.6), (5.2, 8.0, 1.35), 78),
        "doors": ((4.6, 4.6, 1.6), (10.0, 2.9, 1.35), 76),
        "seats": ((8.3, 5.75, 1.6), (3.1, 1.8, 1.15), 76),
        "bench": ((0.6, 3.15, 1.2), (9.5, 3.1, 1.35), 84),
        "staff": ((8.2, 7.5, 1.6), (4.0, 6.4, 0.95), 76),
    },
    "consult": {
        "enter": ((4.65, 4.3, 1.6), (1.6, 1.3, 1.05), 82),
        "doctor": ((4.75, 1.62, 1.2), (0.8, 2.6, 1.35), 84),
        "patient": ((2.92, 1.15, 1.2), (5.2, 2.0, 1.15), 84),
        "window": ((1.35, 3.9, 1.6), (3.9, 0.2, 1.0), 82),
        "door": ((1.9, 0.9, 1.6), (4.4, 4.6, 1.25), 76),
    },
    "training": {
        "enter": ((6.6, 4.9, 1.6), (2.0, 4.3, 1.25), 82),
        "station": ((2.2, 2.9, 1.6), (1.95, 6.0, 1.45), 78),
        "desk": ((7.05, 1.85, 1.2), (2.4, 4.8, 1.35), 84),
        "bench": ((4.6, 3.9, 1.6), (0.0, 2.2, 1.05), 80),
        "window": ((2.6, 5.0, 1.6), (5.0, 0.2, 1.05), 82),
        "door": ((1.0, 1.4, 1.6), (6.4, 6.0, 1.25), 78),
    },
}


def main() -> None:
    """Draws the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--assets", type=Path, default=Path("assets"))
    parser.add_argument("--room", choices=list(VIEWS))
    parser.add_argument("--view", nargs="*")
    parser.add_argument("--tier", choices=["potato", "low", "high"], default="high")
    parser.add_argument("--door", type=float, default=0.0, help="how far door-1 is open")
    parser.add_argument("--width", type=int, default=1280)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    tier: TierName = options.tier
    size = (options.width, options.width * 9 // 16)
    stage = open_window(WindowOptions(size, is_offscreen=True, tier=tier))
    for room, views in VIEWS.items():
        if options.room in (None, room):
            view = RoomView(stage, options.assets / "rooms" / room)
            view.set_door("door-1", options.door)
            for name, shot in views.items():
                if not options.view or name in options.view:
                    _shoot(stage, shot, options.out / f"{room}-{name}-{tier}.png")
            view.close()
    stage.close()


def _shoot(stage: Stage, shot: tuple[Eye, Eye, float], path: Path) -> None:
    eye, target, degrees = shot
    stage.set_field_of_view(math.radians(degrees))
    stage.look_at(eye, target)
    stage.screenshot(path)
    print(path)


if __name__ == "__main__":
    main()
