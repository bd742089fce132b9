"""A member's time on the voice server: the connection, and what the forwarder knows of it."""

from collections.abc import Callable

from server.private_link.frames import Message
from server.voice.config import VoiceConfig
from server.voice.control import MemberConnected, MemberDisconnected
from server.voice.forwarder import Forwarder
from server.voice.peer import Peer
from server.voice.sockets import MediaPorts
from server.voice.streams import Microphone, Slot
from world.errors import RemoteProtocolError
from world.protocol import rtcp

CNAME = b"voice"


class Session:
    """One attempt of a member to be connected, from the offer until the connection is lost.

    Args:
      send: takes each message for the world.
      on_over: called once, when the session has ended.
    """

    def __init__(
        self,
        member: int,
        attempt: int,
        forwarder: Forwarder,
        send: Callable[[Message], None],
        on_over: Callable[["Session"], None],
    ) -> None:
        self.member, self.attempt = member, attempt
        self.is_connected = False
        self.peer: Peer | None = None
        self._forwarder, self._send, self._on_over = forwarder, send, on_over
        self._microphone: Microphone | None = None

    async def answer(self, config: VoiceConfig, ports: MediaPorts, offer_sdp: str) -> str:
        """Returns the answer to the member's offer.

        Raises:
          RemoteProtocolError: if the offer cannot be used.
        """
        self.peer = Peer(config, ports, self)
        answer_sdp = await self.peer.answer(offer_sdp)
        stream = self.peer.microphone
        if stream is None:
            raise RemoteProtocolError("the offer has no media line")
        self._microphone = Microphone(self.member, stream.payload_type, stream.level_id)
        return answer_sdp

    async def close(self) -> None:
        """Ends the session; nothing is forwarded to or from the member after the first await."""
        self.on_lost()
        if self.peer is not None:
            await self.peer.close()

    def on_packet(self, data: bytes, now_s: float) -> None:
        """Takes a decrypted RTP packet of the member's microphone."""
        if self._microphone is not None:
            self._forwarder.on_packet(self._microphone, data, now_s)

    def on_rtcp(self, data: bytes, now_s: float) -> None:
        """Takes the member's reports; only its sender report is of use here."""
        if self._microphone is None or self._microphone.reception is None:
            return
        try:
            senders, _ = rtcp.parse(data)
        except ValueError:
            return
        for report in senders[:1]:
            self._microphone.reception.on_sender_report(report, now_s)

    def on_connected(self) -> None:
        """Makes the member known to the forwarder."""
        peer, microphone = self.peer, self._microphone
        if peer is None or microphone is None or self.is_connected:
            return
        self.is_connected = True
        slots = [
            Slot(self.member, index, stream.ssrc, stream.payload_type, peer.emit)
            for index, stream in enumerate(peer.slots)
        ]
        self._forwarder.join(self.member, microphone, slots)
        self._send(MemberConnected(self.member, self.attempt, peer.srtp_profile))

    def on_lost(self) -> None:
        """Takes the member off the forwarder."""
        if self.is_connected:
            self.is_connected = False
            self._forwarder.leave(self.member)
            self._send(MemberDisconnected(self.member, self.attempt))
        self._microphone = None
        self._on_over(self)

    def send_reports(self, now_s: float, unix_s: float) -> None:
        """Sends the member its RTCP reports."""
        if not self.is_connected or self.peer is None:
            return
        ntp = rtcp.ntp_from_unix(unix_s)
        sent, received = self._forwarder.reports(self.member, now_s, ntp)
        if sent or received:
            own = self.peer.slots[0].ssrc if self.peer.slots else 1
            self.peer.emit_rtcp(rtcp.pack(sent, received, own, CNAME))
