"""Benchmarks: each starts a real server, loads it from another process, prints one JSON object."""
