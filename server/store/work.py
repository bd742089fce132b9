"""One transaction and the repositories within it: all of it happens, or none."""

from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.answers import Answers
from server.store.attempts import Attempts
from server.store.audit import Audit, AuditTrail
from server.store.clinics import Clinics
from server.store.data_keys import DataKeys, KeyWrapping
from server.store.event_log import EventLog
from server.store.invitations import Invitations
from server.store.keys import StoreKeys
from server.store.observations import VitalObservations
from server.store.presence import Presences
from server.store.relations import Relations
from server.store.sessions import Sessions
from server.store.sign_in_failures import SignInFailures
from server.store.users import Users
from server.store.visits import Visits


class Work:
    """The repositories of one transaction; a refusal that one of them raises ends it."""

    def __init__(
        self,
        connection: AsyncConnection,
        keys: StoreKeys,
        wrapping: KeyWrapping,
        trail: AuditTrail,
    ) -> None:
        self.data_keys = DataKeys(connection, wrapping)
        self.audit = Audit(connection, trail)
        self.answers = Answers(connection, self.data_keys)
        self.attempts = Attempts(connection, self.data_keys)
        self.clinics = Clinics(connection)
        self.events = EventLog(connection, self.data_keys)
        self.invitations = Invitations(connection)
        self.presences = Presences(connection)
        self.relations = Relations(connection, self.data_keys)
        self.sessions = Sessions(connection)
        self.sign_in_failures = SignInFailures(connection)
        self.users = Users(connection, keys, self.data_keys)
        self.visits = Visits(connection)
        self.vitals = VitalObservations(connection, self.data_keys)
