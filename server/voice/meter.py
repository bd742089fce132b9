"""Carries what the voice server counts over into the world's metrics: numbers, of nobody."""

from dataclasses import dataclass

from server import telemetry
from server.voice.control import VoiceCounts

NOTHING = VoiceCounts(0, 0, 0, 0, 0, 0, 0, 0.0)


@dataclass(slots=True)
class VoiceMeter:
    """Turns counts since the voice server's start into steps of counters that outlive it."""

    _then: VoiceCounts = NOTHING

    def take(self, now: VoiceCounts) -> None:
        """Takes the counts of now; smaller ones than before are those of a server started anew."""
        then = self._then if _goes_on(self._then, now) else NOTHING
        self._then = now
        telemetry.VOICE_RECEIVED.inc(now.received - then.received)
        telemetry.VOICE_FORWARDED.inc(now.forwarded - then.forwarded)
        telemetry.VOICE_MALFORMED.inc(now.malformed - then.malformed)
        telemetry.VOICE_REFUSED.inc(now.refused - then.refused)
        telemetry.VOICE_DENIED.inc(now.denied - then.denied)
        telemetry.VOICE_UNSENT.inc(now.unsent - then.unsent)
        telemetry.VOICE_CPU_S.inc(now.cpu_s - then.cpu_s)
        telemetry.VOICE_MEMBERS.set(now.members)

    def lost(self) -> None:
        """Takes that the voice server cannot be reached: nobody is known to be connected."""
        telemetry.VOICE_MEMBERS.set(0)


def _goes_on(then: VoiceCounts, now: VoiceCounts) -> bool:
    counted = ("received", "forwarded", "malformed", "refused", "denied", "unsent", "cpu_s")
    return all(getattr(now, name) >= getattr(then, name) for name in counted)
