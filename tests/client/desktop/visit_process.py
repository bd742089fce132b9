"""A client without a window, for test_journey.py: Panda3D has one engine in a process."""

import json
import sys
from pathlib import Path

from client.app import App
from client.config import ClientConfig, demo_password, running_clinic
from client.desktop import walker
from client.desktop.patient_journey import PatientJourney

# Nearly what the server lets a body do, so that the way round takes less time.
walker.WALK_M_PER_S = 2.4
walker.TURN_RAD_PER_S = 6.0


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main():
    data, folder = Path(sys.argv[1]), Path(sys.argv[2])
    address, is_plain = running_clinic(data)
    login = "bot-patient-7"
    config = ClientConfig(
        folder / "client",
        address,
        data,
        login=login,
        password=demo_password(data, login),
        is_plain=is_plain,
        has_sound_card=False,
        is_offscreen=True,
        tier="potato",
    )
    app = App(config)
    try:
        journey = PatientJourney(app, 60.0, folder, say)
        is_done = journey.run(("come in", "look round", "check in", "leave"))
        say(json.dumps({"is_done": is_done, "step": app.program.step}))
    finally:
        app.close()


if __name__ == "__main__":
    main()
