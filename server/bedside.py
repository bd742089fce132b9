"""Vital signs between the devices' door and the people whom the patient's visit allows.

Strategy: what devices send goes into the one ingest (server/vitals). For each connected person who
may see a patient's signs now, a subscription is kept; twenty times a second it is emptied to
that person's client. Who may see is asked of world/access.py whenever the Clinic has changed, so
that a person who leaves the room is cut off before anything else is sent.
"""

import asyncio
from collections.abc import Callable

from server import telemetry
from server.audience import Audience
from server.vitals.ingest import VitalsIngest
from server.vitals.subscription import Subscription
from world import access
from world.access import Action
from world.clinic import Clinic
from world.errors import Refusal
from world.people import UserId
from world.protocol import messages as m
from world.visit_states import State
from world.vitals.observation import Observation

DELIVER_S = 0.05


class Bedside:
    """Owner of all subscriptions.

    Args:
      ingest: the one way in.
      audience: whom to send to.
      now_s: the server's clock.
    """

    def __init__(
        self, ingest: VitalsIngest, audience: Audience, now_s: Callable[[], float]
    ) -> None:
        self._ingest = ingest
        self._audience = audience
        self._now_s = now_s
        self._watching: dict[tuple[UserId, UserId], Subscription] = {}
        self._judged: Clinic | None = None

    def measure(self, user_id: UserId, message: m.SendObservation | m.SendWaveform) -> None:
        """Takes one message of a patient's device.

        Raises:
          RemoteProtocolError: if it is no vital sign.
        """
        item = message.observation if isinstance(message, m.SendObservation) else message.block
        try:
            self._ingest.accept(user_id, item.device_id, item, self._now_s())
        except Refusal:
            telemetry.OVERDRAWN.inc()

    async def run(self, clinic: Callable[[], Clinic]) -> None:
        """Delivers until cancelled."""
        while True:
            await asyncio.sleep(DELIVER_S)
            self.deliver(clinic())

    def deliver(self, clinic: Clinic) -> None:
        """Sends what waits to those who may see it now."""
        if clinic is not self._judged:
            self._judge(clinic)
        for (viewer_id, _), subscription in self._watching.items():
            session = self._audience.session_of(viewer_id)
            if session is None:
                continue
            for item in subscription.take():
                session.send(
                    m.Observed(item) if isinstance(item, Observation) else m.Waveform(item)
                )

    def _judge(self, clinic: Clinic) -> None:
        self._judged = clinic
        wanted = _pairs(clinic)
        for pair in self._watching.keys() - wanted:
            self._ingest.unsubscribe(self._watching.pop(pair))
            session = self._audience.session_of(pair[0])
            if session is not None:
                session.send(m.VitalsOver())
        for viewer_id, patient_id in wanted - self._watching.keys():
            self._watching[viewer_id, patient_id] = self._ingest.subscribe(patient_id)


def _pairs(clinic: Clinic) -> set[tuple[UserId, UserId]]:
    """Returns (viewer, patient) of all who may see signs now, in the room of a consult."""
    pairs = set()
    for visit in clinic.visits.open():
        if visit.state is not State.IN_CONSULT or visit.room_id is None:
            continue
        for viewer in clinic.visits.inside(visit.room_id):
            refusal = access.may(viewer, Action.SEE_VITALS, visit.patient_id, clinic.standing)
            if refusal is None:
                pairs.add((viewer.user_id, visit.patient_id))
    return pairs
