"""What the server measures of itself, each metric declared once; and its log's form.

No metric and no log line ever holds a name, a text or a measured value: ids and counts only.
Several processes count into the same files (PROMETHEUS_MULTIPROC_DIR), and `server/web` shows
their sum to loopback peers only.
"""

import logging
import os
import sys
from pathlib import Path

import structlog
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

CONNECTIONS = Gauge(
    "metaclinic_connections", "Open websocket connections.", multiprocess_mode="livesum"
)
AVATARS = Gauge("metaclinic_avatars", "Bodies in rooms.", multiprocess_mode="livesum")
TICKS = Counter("metaclinic_ticks", "Ticks of the world.")
LATE_TICKS = Counter("metaclinic_late_ticks", "Ticks written after the next one was due.")
SKIPPED_TICKS = Counter("metaclinic_skipped_ticks", "Ticks left out to catch up.")
RECORDS = Counter("metaclinic_motion_records", "Motion records written to clients.")
WRITTEN_BYTES = Counter("metaclinic_written_bytes", "Bytes written to clients, frame heads too.")
SKIPPED_FRAMES = Counter("metaclinic_skipped_frames", "Motion frames not written to slow clients.")
PROTOCOL_ERRORS = Counter("metaclinic_protocol_errors", "Sessions closed for what they sent.")
INTERNAL_ERRORS = Counter("metaclinic_internal_errors", "Sessions closed for a fault of our own.")
OVERDRAWN = Counter("metaclinic_overdrawn_messages", "Messages beyond a session's budget.")
EVENTS = Counter("metaclinic_events", "Events appended to the log.")
REFUSALS = Counter("metaclinic_refusals", "Requests that the rules did not allow.")
STORE_FAILURES = Counter("metaclinic_store_failures", "Batches that the store could not take.")
UNKEPT = Counter("metaclinic_unkept_values", "Measured values that could not be kept.")
HANGS = Counter("metaclinic_hangs", "Processes killed because they did not answer any more.")
VOICE_MEMBERS = Gauge(
    "metaclinic_voice_members",
    "People whose voice connection is up, as the voice server last said.",
    multiprocess_mode="livesum",
)
VOICE_RECEIVED = Counter("metaclinic_voice_received_packets", "Voice packets that people sent.")
VOICE_FORWARDED = Counter(
    "metaclinic_voice_forwarded_packets", "Copies of voice packets passed on, one a listener."
)
VOICE_MALFORMED = Counter(
    "metaclinic_voice_malformed_packets", "Voice packets dropped because they were no valid RTP."
)
VOICE_REFUSED = Counter(
    "metaclinic_voice_refused_packets",
    "Voice packets dropped as of another stream than agreed, too long, or too many.",
)
VOICE_DENIED = Counter(
    "metaclinic_voice_denied_packets",
    "Voice packets dropped because no plan that holds named a place for their sender.",
)
VOICE_UNSENT = Counter(
    "metaclinic_voice_unsent_packets", "Voice packets dropped because a socket took no more."
)
VOICE_CPU_S = Counter(
    "metaclinic_voice_cpu_seconds", "Processor time that the voice server has used."
)
SIMULATION_TURN_S = Histogram(
    "metaclinic_simulation_turn_seconds",
    "From when a step of all scenes of a process was due to when it was done.",
    buckets=[
        *(half_ms / 2_000 for half_ms in range(1, 41)),
        *(ms / 1_000 for ms in (22, 25, 30, 35, 40, 50, 75, 100, 200, 500)),
    ],
)
SIMULATION_LATE_STEPS = Counter(
    "metaclinic_simulation_late_steps", "Steps that were done after the next one was due."
)
SIMULATION_SLOWED_STEPS = Counter(
    "metaclinic_simulation_slowed_steps", "Steps' time by which a simulation went slower."
)
SIMULATION_LEVEL = Gauge(
    "metaclinic_simulation_level",
    "How much the busiest simulation leaves out; 0 is nothing.",
    multiprocess_mode="livemax",
)


def exposition() -> bytes:
    """Returns the metrics of all processes in Prometheus' text format."""
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # untyped there
    return generate_latest(registry)


def share_metrics(folder: Path) -> None:
    """Makes an empty folder for the processes' metrics and names it to them.

    To be called by the supervisor before it starts any of them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.db"):
        old.unlink()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def configure_log(role: str) -> None:
    """Makes structlog write one JSON object a line to standard error.

    At a terminal a person reads it: then only what went wrong is written, in plain lines.
    """
    is_read = sys.stderr.isatty()
    rendering: list[structlog.typing.Processor] = [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.dev.ConsoleRenderer(colors=False)] if is_read else rendering),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.WARNING if is_read else logging.INFO
        ),
        # One write a line: several processes share the stream.
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    structlog.contextvars.bind_contextvars(role=role)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
