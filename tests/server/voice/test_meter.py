import pytest
from prometheus_client import REGISTRY, generate_latest

from server.voice.control import VoiceCounts
from server.voice.link import LinkDown
from server.voice.meter import VoiceMeter

NAMES = ("received", "forwarded", "malformed", "refused", "denied", "unsent")


def _counted():
    found = {
        name: REGISTRY.get_sample_value(f"metaclinic_voice_{name}_packets_total") for name in NAMES
    }
    found["cpu_s"] = REGISTRY.get_sample_value("metaclinic_voice_cpu_seconds_total")
    return found


def _members():
    return REGISTRY.get_sample_value("metaclinic_voice_members")


def _steps(before):
    return {name: value - before[name] for name, value in _counted().items()}


def test_each_count_is_a_metric_of_its_own():
    before = _counted()
    VoiceMeter().take(VoiceCounts(1, 2, 3, 4, 5, 6, 7, 0.5))
    steps = _steps(before)
    assert [steps[name] for name in NAMES] == [1, 2, 3, 4, 5, 6]
    assert steps["cpu_s"] == pytest.approx(0.5)
    assert _members() == 7


def test_counts_since_the_start_are_not_counted_twice():
    before, meter = _counted(), VoiceMeter()
    for received in (10, 25, 25):
        meter.take(VoiceCounts(received, 0, 0, 0, 0, 0, 1, 0.0))
    assert _steps(before)["received"] == 25


def test_a_voice_server_that_was_started_anew_counts_on():
    before, meter = _counted(), VoiceMeter()
    meter.take(VoiceCounts(100, 90, 0, 0, 0, 0, 2, 3.0))
    meter.take(VoiceCounts(5, 4, 0, 0, 0, 0, 1, 0.1))
    assert _steps(before)["received"] == 105
    assert _steps(before)["cpu_s"] == pytest.approx(3.1)


def test_while_the_voice_server_is_gone_nobody_is_counted_as_connected(house):
    house.conductor.heard(VoiceCounts(0, 0, 0, 0, 0, 0, 4, 0.0))
    assert _members() == 4
    house.conductor.heard(LinkDown())
    assert _members() == 0


def test_every_voice_metric_says_what_it_counts_and_names_nobody():
    shown = generate_latest(REGISTRY).decode()
    lines = [
        line for line in shown.splitlines() if "metaclinic_voice" in line and "_created" not in line
    ]
    explained = {line.split()[2] for line in lines if line.startswith("# HELP") and line[-1] == "."}
    named = {line.split()[0] for line in lines if not line.startswith("#")}
    assert len(named) == 8
    assert named == explained
    assert not [line for line in lines if "{" in line]  # no labels: no people, no rooms
