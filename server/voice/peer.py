"""One member's WebRTC connection: aiortc for SDP, ICE and DTLS, nothing else of it.

With sockets.py the one module of the voice server that touches aiortc, aioice and pylibsrtp. They
have no public way to take or give encoded packets, so private names are used; PRIVATE_NAMES lists
each, and a test fails when an upgrade changes one.

Rules:
* aiortc's senders and receivers are never started: no decoder thread, no jitter buffer, no RTCP.
* RTP goes from the socket's callback through SRTP to `on_packet`: no queue. A full socket drops.
* No STUN or TURN server is ever asked. Addresses that a client names are ignored: the server
  answers where valid connectivity checks come from, so that nobody can point it at a third party.
"""

# ruff: noqa: SLF001 -- what this module is for, see above

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import pylibsrtp
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.sdp import SessionDescription

from server.voice.config import VoiceConfig
from server.voice.sockets import MediaPorts, MediaSocket, bind
from world.errors import RemoteProtocolError
from world.protocol import rtp

PRIVATE_NAMES = {
    "aiortc.rtcdtlstransport:RTCDtlsTransport": (
        "_handle_rtcp_data",
        "_handle_rtp_data",
        "_rx_srtp",
        "_ssl",
        "_tx_srtp",
    ),
    "aiortc.rtcicetransport:RTCIceTransport": ("_connection",),
    "aiortc.rtcrtpsender:RTCRtpSender": ("_ssrc",),
    "aiortc.rtcrtptransceiver:RTCRtpTransceiver": ("_codecs", "_headerExtensions"),
    "aioice.ice:Connection": ("_nominated", "_protocols", "get_component_candidates"),
    "aioice.ice:StunProtocol": ("datagram_received", "local_candidate", "transport"),
}

OPUS_PARAMETERS = {
    "minptime": 10,
    "useinbandfec": 1,
    "usedtx": 1,
    "maxaveragebitrate": 24_000,
    "stereo": 0,
}
"""What the answer asks of a browser's encoder (RFC 7587 section 6.1)."""

ADDRESSES = ("a=candidate:", "a=end-of-candidates")
"""Lines of an offer that are ignored."""

LONG_FINGERPRINTS = ("a=fingerprint:sha-384", "a=fingerprint:sha-512")
"""Lines left out of an answer: SHA-256 alone names the certificate, on each of 9 lines."""

CONNECT_TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class Stream:
    """What was negotiated for one m-line; level_id 0 if the level is not sent."""

    ssrc: int
    payload_type: int
    level_id: int


class PeerOwner(Protocol):
    """Who is told what happens on a connection; calls come from the event loop's thread."""

    def on_packet(self, data: bytes, now_s: float) -> None:
        """Takes a decrypted RTP packet and the time at which it came."""

    def on_rtcp(self, data: bytes, now_s: float) -> None:
        """Takes a decrypted RTCP packet and the time at which it came."""

    def on_connected(self) -> None:
        """Media can flow; called at most once."""

    def on_lost(self) -> None:
        """The connection has failed or ended, whoever ended it; called once."""


class Peer:
    """A connection from its offer to its end.

    Attributes:
      microphone: what the first media line of the offer carries.
      slots: what the others carry, in their order.
      unsent: packets that could not be sent at once, and were dropped.
    """

    def __init__(
        self,
        config: VoiceConfig,
        ports: MediaPorts,
        owner: PeerOwner,
    ) -> None:
        self.unsent = 0
        self.microphone: Stream | None = None
        self.slots: list[Stream] = []
        self._config, self._ports = config, ports
        self._owner = owner
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._connection.on("connectionstatechange", self._on_state)
        self._socket: MediaSocket | None = None
        self._timeout: asyncio.TimerHandle | None = None
        self._is_over = False

    async def answer(self, offer_sdp: str) -> str:
        """Returns the answer to an offer.

        Raises:
          RemoteProtocolError: if the offer cannot be used; the message quotes nothing of it.
        """
        self._timeout = asyncio.get_running_loop().call_later(CONNECT_TIMEOUT_S, self._end)
        try:
            offer = _without(ADDRESSES, offer_sdp)
            _check(offer, self._config.slots)
            await self._connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
            self._prepare()
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except RemoteProtocolError:
            raise
        except Exception as error:  # noqa: BLE001 -- aiortc's parser lets any exception out
            raise RemoteProtocolError(
                f"the offer cannot be used ({type(error).__name__})"
            ) from None
        if not self._dtls.transport.iceGatherer.getLocalCandidates():
            raise RemoteProtocolError("no UDP port is free on any of this machine's addresses")
        return _without(LONG_FINGERPRINTS, self._connection.localDescription.sdp)

    @property
    def srtp_profile(self) -> str:
        """The SRTP profile that was negotiated, by its registered name."""
        profile: bytes = self._dtls._ssl.get_selected_srtp_profile()
        return profile.decode()

    def emit(self, packet: bytes) -> None:
        """Encrypts and sends an RTP packet; what cannot be sent at once is dropped."""
        if self._socket is None:
            self.unsent += 1
            return
        try:
            self._socket.send(self._protect(packet))
        except (OSError, ValueError, pylibsrtp.Error):
            self.unsent += 1

    def emit_rtcp(self, packet: bytes) -> None:
        """Encrypts and sends an RTCP packet; what cannot be sent at once is dropped."""
        if self._socket is None:
            return
        try:
            self._socket.send(self._dtls._tx_srtp.protect_rtcp(packet))
        except (OSError, ValueError, pylibsrtp.Error):
            self.unsent += 1

    async def close(self) -> None:
        """Ends the connection."""
        self._end()
        await self._connection.close()

    @property
    def _dtls(self) -> Any:  # noqa: ANN401 -- aiortc ships no types
        return self._connection.getTransceivers()[0].receiver.transport

    def _prepare(self) -> None:
        """Turns aiortc's media off, and finds the microphone and the slots of the offer."""
        for transceiver in self._connection.getTransceivers():
            transceiver.sender.send = transceiver.receiver.receive = _start_nothing
            codecs = [c for c in transceiver._codecs if c.mimeType.lower() == "audio/opus"]
            if not codecs:
                raise RemoteProtocolError("a media line offers no Opus")
            codecs[0].parameters = dict(OPUS_PARAMETERS)
            transceiver._codecs = codecs[:1]
            extensions = transceiver._headerExtensions
            level_id = next((e.id for e in extensions if e.uri == rtp.LEVEL_URI), 0)
            stream = Stream(transceiver.sender._ssrc, codecs[0].payloadType, level_id)
            if self.microphone is None:
                self.microphone = stream
                transceiver.direction = "recvonly"
            else:
                self.slots.append(stream)
                transceiver.direction = "sendonly"
        dtls = self._dtls
        dtls._handle_rtp_data, dtls._handle_rtcp_data = self._take_rtp, self._take_rtcp
        dtls.transport._connection.get_component_candidates = self._bind

    async def _bind(
        self,
        component: int,
        addresses: list[str],
        timeout: int = 5,  # noqa: ASYNC109 -- aioice's signature
    ) -> list[Any]:
        del timeout
        connection = self._dtls.transport._connection
        chosen = self._config.host_addresses or ("127.0.0.1", *addresses)
        return await bind(connection, component, chosen, self._ports)

    def _on_state(self) -> None:
        state = self._connection.connectionState
        if state == "connected" and not self._is_over:
            if self._timeout is not None:
                self._timeout.cancel()
            self._open_media()
            self._owner.on_connected()
        elif state in {"failed", "closed"}:
            self._end()

    def _open_media(self) -> None:
        connection = self._dtls.transport._connection
        for protocol in connection._protocols:
            protocol.datagram_received = self._short_cut(protocol.datagram_received)
        pair = connection._nominated[1]
        self._protect = self._dtls._tx_srtp.protect
        self._socket = MediaSocket(pair.protocol.transport, pair.remote_addr)

    def _short_cut(
        self, original: Callable[[bytes, tuple[Any, ...]], None]
    ) -> Callable[[bytes, tuple[Any, ...]], None]:
        """Returns a socket callback that takes RTP at once and leaves the rest to aioice."""
        unprotect, on_packet, clock = (
            self._dtls._rx_srtp.unprotect,
            self._owner.on_packet,
            time.monotonic,
        )

        def received(data: bytes, address: tuple[Any, ...]) -> None:
            if len(data) < 12 or not 127 < data[0] < 192 or rtp.is_rtcp(data):
                original(data, address)
                return
            try:
                packet = unprotect(data)
            except (pylibsrtp.Error, ValueError, TypeError):  # forged, repeated or damaged
                return
            on_packet(packet, clock())

        return received

    async def _take_rtp(self, data: bytes, arrival_time_ms: int) -> None:
        del arrival_time_ms
        self._owner.on_packet(data, time.monotonic())

    async def _take_rtcp(self, data: bytes) -> None:
        self._owner.on_rtcp(data, time.monotonic())

    def _end(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        if self._timeout is not None:
            self._timeout.cancel()
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._owner.on_lost()


async def _start_nothing(parameters: object) -> None:
    del parameters


def _without(beginnings: tuple[str, ...], sdp: str) -> str:
    kept = [line for line in sdp.splitlines() if not line.startswith(beginnings)]
    return "\r\n".join(kept) + "\r\n"


def _check(offer_sdp: str, slots: int) -> None:
    media = SessionDescription.parse(offer_sdp).media
    if not media or len(media) > slots + 1 or any(m.kind != "audio" for m in media):
        raise RemoteProtocolError(f"the offer has not 1 to {slots + 1} media lines of audio")
    if any(m.dtls is None or not m.dtls.fingerprints for m in media):
        raise RemoteProtocolError("a media line of the offer names no certificate")
    if media[0].direction not in {"sendonly", "sendrecv"}:
        raise RemoteProtocolError("the first media line of the offer sends nothing")
    if any(m.direction not in {"recvonly", "sendrecv"} for m in media[1:]):
        raise RemoteProtocolError("a media line after the first receives nothing")
