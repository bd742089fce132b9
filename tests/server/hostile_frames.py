"""Bytes that a hostile client may send, from a seeded generator: random, mutated, malformed."""

import string
from dataclasses import dataclass

import msgpack

from tests.server.raw_client import BINARY, CLOSE, PING, PONG, TEXT, frame
from world.protocol import messages as m
from world.protocol import motion, steering
from world.protocol.codec import MAX_CLIENT_MESSAGE_BYTES, encode_client_message
from world.vitals.catalog import ECG_LEAD_II, HEART_RATE
from world.vitals.observation import Observation
from world.vitals.waveform import WaveformBlock

WEIRD = (
    None, True, -1, 0, 1, 2**31, 2**53, 2**63, -(2**63), 0.5, 1e308, float("nan"), float("inf"),
    "", "\0", "x" * 600, "\ud7ff", "../..", "'; --", b"", b"\xff" * 70, [], [[]], [None] * 9,
    ["a"] * 5000, [1, [2, [3, [4]]]], "a" * 32, "0" * 32, "door-1", "consult-1", "waiting",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """Ids that the hostile ones were told or have guessed."""

    visit_ids: tuple[str, ...]
    slots: tuple[int, ...] = (0, 1, 2, 3, 5, 90)


class HostileFrames:
    """The generator.

    Args:
      rng: seeded.
      known: ids to ask about.
      is_sly: keeps to the protocol, so that it stays in and gets its answers.
    """

    def __init__(self, rng, known, *, is_sly):
        self._rng = rng
        self._known = known
        self._number = 0
        sly = (
            *((self.request,) * 8),
            self.motion_frame,
            self.whole_motion,
            self.whole_steering,
        )
        self._kinds = (
            sly
            if is_sly
            else (
                *((self.request,) * 6),
                *((self.mutated_bytes,) * 4),
                *((self.mutated_fields,) * 6),
                *((self.motion_frame,) * 5),
                *((self.steering_frame,) * 2),
                self.random_bytes,
                self.random_payload,
                self.broken_frame,
                self.fragments,
                self.control,
                self.out_of_turn,
                self.deep,
            )
        )

    def __call__(self):
        """Returns one hostile piece of data."""
        return self._rng.choice(self._kinds)()

    def message(self):
        """Returns a valid request about anything, or anybody."""
        rng, self._number = self._rng, self._number + 1
        n, door = self._number, rng.choice(("door-1", "door-2", "door-x"))
        visit, slot = rng.choice(self._known.visit_ids), rng.choice(self._known.slots)
        room = rng.choice(("waiting", "consult-1", "consult-2", "x"))
        change = rng.choice(("end", "cancel", "no-show", "uncall", "go-back", "leave"))
        return rng.choice(
            (
                m.Say(n, "hello"), m.Sit(n, rng.choice(("chair-1", "doctor", "x"))), m.Stand(n),
                m.GoThrough(n, door), m.Knock(n, door), m.OpenDoor(n, door), m.CheckIn(n),
                m.CallPatient(n, room, rng.choice((None, visit))),
                m.ChangeVisit(n, visit, change),
                m.Invite(n, visit, slot, rng.random() < 0.5, rng.choice((None, room))),
                m.AllowVitals(n, visit, slot, is_allowed=True),
                m.AnswerInvitation(n, visit, rng.random() < 0.5),
                m.ChooseAlias(n, "Mallory"), m.MuteVoice(n, rng.random() < 0.5, rng.random() < 0.5),
                m.Block(n, 4000 + slot), m.Report(n, slot, "report"), m.AgreeToTalk(n, slot),
                m.BeginAttempt(n, rng.choice(("peg_transfer", "x"))), m.EndAttempt(n),
                m.WatchStation(n, rng.choice(("full", "low", None))),
                m.OfferVoice(n, "v=0"), m.Ping(1.0), m.LeaveClinic(n),
                m.SendObservation(Observation(HEART_RATE, 70.0, "/min", "belt", n, n / 5)),
                m.SendWaveform(
                    WaveformBlock(ECG_LEAD_II, "uV", "belt", n, n / 5, 500, 0.5, bytes(200))
                ),
            )
        )  # fmt: skip

    def request(self):
        return frame(encode_client_message(self.message()))

    def mutated_bytes(self):
        data = bytearray(encode_client_message(self.message()))
        for _ in range(self._rng.randint(1, 4)):
            match self._rng.randrange(3):
                case 0:
                    data[self._rng.randrange(len(data))] ^= 1 << self._rng.randrange(8)
                case 1:
                    del data[self._rng.randrange(len(data)) :]
                    data += b"\xc0"
                case 2:
                    data += self._rng.randbytes(self._rng.randint(1, 9))
        return frame(bytes(data))

    def mutated_fields(self):
        fields = msgpack.unpackb(encode_client_message(self.message()))
        for _ in range(self._rng.randint(1, 2)):
            fields[self._rng.randrange(len(fields))] = self._rng.choice(WEIRD)
        if self._rng.random() < 0.1:
            fields = {str(key): value for key, value in enumerate(fields)}
        return frame(msgpack.packb(fields, unicode_errors="surrogatepass"))

    def motion_frame(self):
        payload = bytearray(self._rng.randbytes(motion.INPUT_BYTES))
        payload[0] = 0
        match self._rng.randrange(4):
            case 0:
                payload += self._rng.randbytes(self._rng.randint(1, 40))
            case 1:
                del payload[self._rng.randrange(1, len(payload)) :]
            case _:
                pass
        key = self._rng.randbytes(4)
        return frame(bytes(payload), key=key) * self._rng.choice((1, 1, 1, 2, 5))

    def whole_motion(self):
        return frame(b"\0" + self._rng.randbytes(motion.INPUT_BYTES - 1))

    def whole_steering(self):
        flags = bytes((self._rng.randrange(8),))
        inputs = flags + self._rng.randbytes(steering.INPUT_BYTES - 1)
        return frame(steering.encode(self._rng.getrandbits(32), inputs))

    def steering_frame(self):
        size = self._rng.choice((0, 1, 4, 29, 32, 33, 33, 33, 34, 300))
        return frame(bytes((steering.STEERING_LANE,)) + self._rng.randbytes(size))

    def random_bytes(self):
        return self._rng.randbytes(self._rng.randint(1, 200))

    def random_payload(self):
        return frame(self._rng.randbytes(self._rng.randint(0, 300)))

    def broken_frame(self):
        rng, payload = self._rng, self._rng.randbytes(5)
        return rng.choice(
            (
                frame(payload, is_masked=False),
                frame(payload, opcode=rng.choice((3, 4, 5, 6, 7, 11, 15))),
                bytes((0xC2, 0x80)) + bytes(4),  # a reserved bit
                frame(payload, TEXT),
                frame(b"\xff\xfe", TEXT),
                frame(payload, opcode=0),  # a continuation of nothing
                b"\x82\xff" + (2**40).to_bytes(8, "big") + bytes(4),
                frame(bytes(MAX_CLIENT_MESSAGE_BYTES + 1)),
                b"\x82\xfe\x00\x05" + bytes(4) + payload,  # a length that is longer than needed
            )
        )

    def fragments(self):
        data = encode_client_message(self.message())
        at = self._rng.randint(0, len(data))
        first = frame(data[:at], is_final=False)
        middle = frame(b"", 0, is_final=False) * self._rng.choice((0, 1, 3, 80))
        last = frame(data[at:], self._rng.choice((0, 0, BINARY)))
        between = frame(b"p", PING) if self._rng.random() < 0.3 else b""
        return first + middle + between + last

    def control(self):
        rng = self._rng
        return rng.choice(
            (
                frame(b"", PING),
                frame(b"", PONG),
                frame(bytes(126), PING),
                frame(b"", PING, is_final=False),
                frame(b"x", PING) * 700,
                frame(b"", CLOSE),
                frame(b"\x03", CLOSE),
                frame(
                    rng.choice((0, 999, 1000, 1005, 1006, 4001, 65535)).to_bytes(2, "big"), CLOSE
                ),
                frame(b"\x03\xe8\xff\xfe", CLOSE),
            )
        )

    def out_of_turn(self):
        ticket = "".join(self._rng.choices(string.ascii_letters, k=20))
        return frame(encode_client_message(m.Authenticate(ticket)))

    def deep(self):
        depth = self._rng.choice((20, 600, 5000))
        return frame(b"\x91" * depth + b"\xc0")
