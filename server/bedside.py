"""Vital signs between the devices' door and the people whom the patient's visit allows.

Strategy: what devices send goes into the one ingest (server/vitals). For each connected person who
may see a patient's signs now, a subscription is kept; twenty times a second it is emptied to
that person's client. Who may see is asked of world/access.py whenever the Clinic has changed, so
that a person who leaves the room is cut off before anything else is sent. Each opening and
closing stands in the audit trail by then, in the batch that brought it about (server/ledger.py).

A device is known by its name and its account together: nobody takes another patient's place by
choosing the same name.
"""

import asyncio
from collections.abc import Callable
from hashlib import sha256

from msgspec.structs import replace

from server import telemetry
from server.audience import Audience
from server.chart import Chart
from server.gateway import Session
from server.vitals.ingest import VitalsIngest
from server.vitals.subscription import Subscription
from world import views
from world.clinic import Clinic
from world.errors import Refusal, RemoteProtocolError
from world.people import ConnectionId, UserId
from world.protocol import messages as m
from world.protocol.codec import POLICY_VIOLATION
from world.vitals.observation import Observation

DELIVER_S = 0.05


class Bedside:
    """Owner of all subscriptions.

    Args:
      ingest: the one way in.
      chart: keeps some of what is measured.
      audience: whom to send to.
      now_s: the server's clock.
    """

    def __init__(
        self, ingest: VitalsIngest, chart: Chart, audience: Audience, now_s: Callable[[], float]
    ) -> None:
        self._ingest = ingest
        self._chart = chart
        self._audience = audience
        self._now_s = now_s
        self._watching: dict[tuple[UserId, UserId], Subscription] = {}
        self._sessions_of: dict[str, set[ConnectionId]] = {}
        self._patients: set[UserId] = set()
        self._judged: Clinic | None = None

    def measure(self, session: Session, message: m.SendObservation | m.SendWaveform) -> None:
        """Takes one message of a patient's device.

        Raises:
          RemoteProtocolError: if it is no vital sign, or in another device's name.
        """
        item = message.observation if isinstance(message, m.SendObservation) else message.block
        if item.device_id != session.device:
            raise RemoteProtocolError("in another device's name", close_code=POLICY_VIOLATION)
        device_id = _known_as(session)
        self._sessions_of.setdefault(device_id, set()).add(session.connection_id)
        try:
            named = replace(item, device_id=device_id)
            self._ingest.accept(session.user_id, device_id, named, self._now_s())
        except Refusal:
            telemetry.OVERDRAWN.inc()

    def gone(self, session: Session) -> None:
        """Forgets a device whose last connection is gone."""
        device_id = _known_as(session)
        sessions = self._sessions_of.get(device_id, set())
        sessions.discard(session.connection_id)
        if not sessions:
            self._sessions_of.pop(device_id, None)
            self._ingest.release(device_id)
            if session.user_id not in self._patients:
                self._ingest.forget(session.user_id)

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
        wanted = views.watchers(clinic)
        for pair in self._watching.keys() - wanted:
            self._ingest.unsubscribe(self._watching.pop(pair))
            session = self._audience.session_of(pair[0])
            if session is not None:
                session.send(m.VitalsOver())
        for viewer_id, patient_id in wanted - self._watching.keys():
            self._watching[viewer_id, patient_id] = self._ingest.subscribe(patient_id)
        patients = {visit.patient_id for visit in clinic.visits.open()}
        for patient_id in self._patients - patients:
            self._ingest.forget(patient_id)
            self._chart.forget(patient_id)
        self._patients = patients


def _known_as(session: Session) -> str:
    return f"{session.device}-{sha256(session.user_id.encode()).hexdigest()[:12]}"
