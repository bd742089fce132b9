"""The voice server with a WebRTC peer that is not ours: the library's own sender and receiver."""

import asyncio
import fractions

import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack
from av import AudioFrame

from server.voice.app import VoiceServer
from server.voice.config import VoiceConfig
from server.voice.control import MemberConnected
from server.voice.link import VoiceLink

TONE_HZ = 600


class Tone(MediaStreamTrack):
    """A tone that comes and goes, 20 ms at a time."""

    kind = "audio"

    def __init__(self):
        super().__init__()
        self.at = 0

    async def recv(self):
        await asyncio.sleep(0.02)
        t = (self.at + np.arange(960)) / 48_000
        wave = (8000 * np.sin(2 * np.pi * TONE_HZ * t)).astype(np.int16)
        frame = AudioFrame.from_ndarray(wave[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts, self.at = 48_000, self.at, self.at + 960
        frame.time_base = fractions.Fraction(1, 48_000)
        return frame


async def connect(link, member, *, track=None, slots=1):
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    if track is None:
        peer.addTransceiver("audio", direction="sendrecv")
    else:
        peer.addTrack(track)
    for _ in range(slots):
        peer.addTransceiver("audio", direction="recvonly")
    await peer.setLocalDescription(await peer.createOffer())
    answer = await link.join(member, peer.localDescription.sdp)
    await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    return peer


async def test_a_foreign_sender_is_heard_by_a_foreign_receiver(monkeypatch):
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: ["127.0.0.1"])
    secret, events, came = b"0123456789abcdef", [], asyncio.Event()

    def on_event(event):
        events.append(event)
        came.set()

    async def until(count, kind):
        while sum(isinstance(event, kind) for event in events) < count:
            came.clear()
            await asyncio.wait_for(came.wait(), 10)

    async def plan():
        while True:
            link.set_plan({1: 9, 2: 9}, {2: [(1, 0.0)]})
            await asyncio.sleep(0.1)

    ready = asyncio.get_running_loop().create_future()
    config = VoiceConfig(secret, host_addresses=("127.0.0.1",))
    tasks = [asyncio.create_task(VoiceServer(config).run(ready.set_result))]
    link = VoiceLink(await ready, secret, on_event)
    tasks.append(asyncio.create_task(link.run()))
    await until(1, object)
    speaker, listener = await connect(link, 1, track=Tone()), await connect(link, 2)
    await until(2, MemberConnected)
    tasks.append(asyncio.create_task(plan()))
    slot = listener.getTransceivers()[1].receiver
    frames = [await asyncio.wait_for(slot.track.recv(), 10) for _ in range(40)]
    for task in reversed(tasks):
        task.cancel()
    await asyncio.gather(*tasks, speaker.close(), listener.close(), return_exceptions=True)
    heard = np.concatenate([frame.to_ndarray()[0, ::2] for frame in frames[20:]]).astype(float)
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(heard.size)))
    assert abs(spectrum.argmax() * 48_000 / heard.size - TONE_HZ) < 10
    assert heard.std() > 2000
