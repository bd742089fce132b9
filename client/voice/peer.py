"""The client's WebRTC connection: aiortc for SDP, ICE and DTLS, nothing else of it.

The one module of the client that touches aiortc. It has no public way to take or give encoded
packets, so private names are used; PRIVATE_NAMES lists each, and a test fails when an upgrade
changes one. aiortc's own receiver (unbounded queue, a delay that never shrinks, no concealment)
and its encoder (128 kbit/s stereo) are never started. No STUN or TURN server is ever asked.
"""

# ruff: noqa: SLF001 -- what this module is for, see above

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol

from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.rtcconfiguration import RTCBundlePolicy
from aiortc.sdp import SessionDescription

from client.voice.microphone import OutgoingStream
from world.errors import RemoteProtocolError
from world.protocol import rtp

PRIVATE_NAMES = {
    "aiortc.rtcdtlstransport:RTCDtlsTransport": (
        "_handle_rtcp_data",
        "_handle_rtp_data",
        "_send_rtp",
        "_ssl",
    ),
    "aiortc.rtcicetransport:RTCIceTransport": ("_connection",),
    "aiortc.rtcrtpsender:RTCRtpSender": ("_ssrc",),
    "aiortc.rtcrtptransceiver:RTCRtpTransceiver": ("_codecs", "_headerExtensions"),
    "aioice.ice:Connection": ("get_component_candidates",),
}

LEFT_OUT = (
    "a=candidate:",
    "a=end-of-candidates",
    "a=fingerprint:sha-384",
    "a=fingerprint:sha-512",
)
"""Lines of the offer that the server needs not; SHA-256 alone names the certificate."""

CONNECT_TIMEOUT_S = 20.0
MAX_UNSENT_PACKETS = 10


class PeerOwner(Protocol):
    """Who is told what happens on the connection."""

    def on_rtp(self, data: bytes, now_s: float) -> None:
        """Takes a decrypted RTP packet and the time at which it came."""

    def on_rtcp(self, data: bytes, now_s: float) -> None:
        """Takes a decrypted RTCP packet and the time at which it came."""

    def on_connected(self) -> None:
        """Media can flow; called at most once."""

    def on_lost(self) -> None:
        """The connection has failed or ended, whoever ended it; called once."""


class Peer:
    """A connection from its offer to its end.

    Args:
      slots: voices to be offered a media line.
      host_addresses: own addresses; none means all, loopback included, so that a server on the
        same machine is reached without a network.

    Attributes:
      microphone: what was negotiated to send, None before the answer.
      slots: ssrc -> slot of what will be received, empty before the answer.
    """

    def __init__(self, slots: int, host_addresses: tuple[str, ...], owner: PeerOwner) -> None:
        self.microphone: OutgoingStream | None = None
        self.slots: dict[int, int] = {}
        self._owner, self._host_addresses = owner, host_addresses
        self._connection = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._connection.on("connectionstatechange", self._on_state)
        capabilities = RTCRtpSender.getCapabilities("audio")
        opus = [c for c in capabilities.codecs if c.mimeType.lower() == "audio/opus"]
        for index in range(slots + 1):
            direction = "recvonly" if index else "sendonly"
            transceiver = self._connection.addTransceiver("audio", direction=direction)
            transceiver.setCodecPreferences(opus)
            transceiver.sender.send = transceiver.receiver.receive = _start_nothing
        self._sending: set[asyncio.Task[None]] = set()
        self._timeout: asyncio.TimerHandle | None = None
        self._is_over = False

    async def offer(self) -> str:
        """Returns the offer for the server.

        It names none of this machine's addresses: the server answers where checks come from.
        """
        connection = self._dtls.transport._connection
        bind: Callable[..., Any] = connection.get_component_candidates

        async def on_chosen(component: int, addresses: list[str], timeout: int = 5) -> Any:  # noqa: ANN401, ASYNC109
            chosen = self._host_addresses or ("127.0.0.1", *addresses)
            return await bind(component, list(chosen), timeout)

        connection.get_component_candidates = on_chosen
        await self._connection.setLocalDescription(await self._connection.createOffer())
        lines = self._connection.localDescription.sdp.splitlines()
        kept = [line for line in lines if not line.startswith(LEFT_OUT)]
        return "\r\n".join(kept) + "\r\n"

    async def take_answer(self, answer_sdp: str) -> None:
        """Connects by the server's answer.

        Raises:
          RemoteProtocolError: if it does not fit the offer.
        """
        self._timeout = asyncio.get_running_loop().call_later(CONNECT_TIMEOUT_S, self._end)
        dtls = self._dtls
        dtls._handle_rtp_data, dtls._handle_rtcp_data = self._take_rtp, self._take_rtcp
        try:
            media = SessionDescription.parse(answer_sdp).media
            self.slots = {m.ssrc[0].ssrc: i for i, m in enumerate(media[1:]) if m.ssrc}
            answer = RTCSessionDescription(answer_sdp, "answer")
            await self._connection.setRemoteDescription(answer)
        except Exception as error:  # noqa: BLE001 -- aiortc's parser lets any exception out
            raise RemoteProtocolError(
                f"the voice server's answer cannot be used ({type(error).__name__})"
            ) from None
        transceiver = self._connection.getTransceivers()[0]
        extensions = transceiver._headerExtensions
        level_id = next((e.id for e in extensions if e.uri == rtp.LEVEL_URI), 0)
        payload_type = transceiver._codecs[0].payloadType
        self.microphone = OutgoingStream(transceiver.sender._ssrc, payload_type, level_id)

    @property
    def is_connected(self) -> bool:
        """Whether media can flow."""
        return not self._is_over and self._connection.connectionState == "connected"

    @property
    def srtp_profile(self) -> str:
        """The SRTP profile that was negotiated, by its registered name."""
        profile: bytes = self._dtls._ssl.get_selected_srtp_profile()
        return profile.decode()

    def send(self, packet: bytes) -> None:
        """Sends an RTP or RTCP packet; dropped if MAX_UNSENT_PACKETS already wait."""
        if not self.is_connected or len(self._sending) >= MAX_UNSENT_PACKETS:
            return
        task = asyncio.ensure_future(self._send(packet))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def close(self) -> None:
        """Ends the connection."""
        self._end()
        await self._connection.close()

    @property
    def _dtls(self) -> Any:  # noqa: ANN401 -- aiortc ships no types
        return self._connection.getTransceivers()[0].receiver.transport

    async def _send(self, packet: bytes) -> None:
        try:
            await self._dtls._send_rtp(packet)
        except ConnectionError:
            self._end()

    def _on_state(self) -> None:
        state = self._connection.connectionState
        if state == "connected" and not self._is_over:
            if self._timeout is not None:
                self._timeout.cancel()
            self._owner.on_connected()
        elif state in {"failed", "closed"}:
            self._end()

    async def _take_rtp(self, data: bytes, arrival_time_ms: int) -> None:
        del arrival_time_ms
        self._owner.on_rtp(data, time.perf_counter())

    async def _take_rtcp(self, data: bytes) -> None:
        self._owner.on_rtcp(data, time.perf_counter())

    def _end(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        if self._timeout is not None:
            self._timeout.cancel()
        self._owner.on_lost()


async def _start_nothing(parameters: object) -> None:
    del parameters
