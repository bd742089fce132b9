"""The sign-in screen in a window; says when it is drawn, and gives each line it reads as a key."""

import select
import signal
import sys
from pathlib import Path
from threading import Event

from client.app import App
from client.config import ClientConfig
from client.ui.events import Key

FRAMES = 12


def main():
    stopping = Event()
    signal.signal(signal.SIGINT, lambda *_: stopping.set())
    config = ClientConfig(
        Path(sys.argv[1]), has_sound_card=False, size_px=(640, 480), tier="potato"
    )
    app = App(config, is_stopped=stopping.is_set)
    for _ in range(FRAMES):
        app.step()
    sys.stdout.write("drawn\n")
    sys.stdout.flush()
    while not app.is_closed:
        if select.select([sys.stdin], [], [], 0)[0]:
            app.program.handle(Key(sys.stdin.readline().strip()))
        app.step()
    app.close()


if __name__ == "__main__":
    main()
