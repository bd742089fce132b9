"""The bench of joins measures what it says: a real server, people in it, and people who come."""

import argparse

import pytest

from tools.bench import joins


@pytest.mark.long
async def test_everybody_comes_in_while_the_visits_are_open():
    parser = argparse.ArgumentParser()
    joins.add_arguments(parser.add_subparsers())
    given = parser.parse_args(["joins", "--joins", "6", "--visits", "3", "--json"])
    figures = await given.measure(given)
    assert (figures["joins"], figures["open_visits"], figures["people"]) == (6, 3, 10)
    assert 0 < figures["join_p50_ms"] <= figures["join_p99_ms"] <= figures["join_max_ms"]
    assert figures["ticks"] > 20
