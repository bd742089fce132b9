"""A person's network process for the end-to-end test of voice, told what to do line by line.

Lines of JSON on standard input: {"connect"}, {"answer": sdp}, {"assign": [slot, speaker, first]},
{"poses": [[x, y, z], {speaker: [x, y, z]}]}, {"say": file}, {"stats": 0},
{"save": file}, {"close": 0}. Each is answered by one line on standard output.
"""

import asyncio
import json
import sys
import threading
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from client.voice.client import VoiceClient, VoiceDevices
from client.voice.devices import NullOutput, SpeechSource
from client.voice.spatial import HeadPose
from client.voice.speech import load_speech


class Person:
    def __init__(self):
        self.mouth, self.ears = SpeechSource(), NullOutput(keep_s=20.0)
        self.said_s = 0.0
        self.connected = asyncio.Event()
        self.voice = VoiceClient(
            VoiceDevices(self.mouth, self.ears), self.on_state, host_addresses=("127.0.0.1",)
        )
        self.voice.start_devices()

    def on_state(self, state):
        if state == "connected":
            self.connected.set()

    async def connect(self, _):
        return await self.voice.connect()

    async def answer(self, sdp):
        await self.voice.set_answer(sdp)
        await asyncio.wait_for(self.connected.wait(), 10)

    async def assign(self, assigned):
        self.voice.assign_slot(*assigned)

    async def poses(self, poses):
        head, mouths = poses
        self.voice.set_poses(HeadPose(head), {int(who): at for who, at in mouths.items()})

    async def say(self, path):
        samples = load_speech(Path(path))
        self.mouth.hush()
        self.mouth.say(samples)
        return [time.perf_counter(), samples.size / 48_000]

    async def stats(self, _):
        stats = self.voice.stats()
        return [stats.srtp_profile, stats.packets_received, stats.round_trip_ms]

    async def save(self, path):
        began_s, sound = self.ears.kept()
        np.savez(path, began_s=began_s, sound=sound)

    async def close(self, _):
        await self.voice.close()


async def main():
    person, loop = Person(), asyncio.get_running_loop()
    lines = asyncio.Queue(maxsize=100)

    def read():
        for line in sys.stdin:
            asyncio.run_coroutine_threadsafe(lines.put(line), loop).result()

    threading.Thread(target=read, daemon=True).start()
    while True:
        ((order, value),) = json.loads(await lines.get()).items()
        sys.stdout.write(json.dumps(await getattr(person, order)(value)) + "\n")
        sys.stdout.flush()
        if order == "close":
            return


if __name__ == "__main__":
    asyncio.run(main())
