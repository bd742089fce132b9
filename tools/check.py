"""Sets up everything and runs every check: `python3 tools/check.py [--long] [--fast]`.

The only gate, the same on every machine: formatting, lint, types for three platforms, the
direction of imports, tests. `--long` adds what takes many minutes: fuzzing a million frames,
kill and drop runs, big models.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import environment

PLATFORMS = ("linux", "win32", "darwin")


def main() -> int:
    """Returns 0 if every check passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="also what takes many minutes")
    parser.add_argument("--fast", action="store_true", help="everything but the tests")
    arguments = parser.parse_args()
    python = str(environment.prepare(environment.CHECKS))
    failed = [name for name, line in _checks(arguments) if not _passes(name, python, line)]
    if failed:
        print(f"\nFAILED: {', '.join(failed)}", flush=True)
        return 1
    print("\nEvery check passed.", flush=True)
    return 0


def _checks(arguments: argparse.Namespace) -> list[tuple[str, list[str]]]:
    checks = [
        ("format", ["ruff", "format", "--check", "."]),
        ("lint", ["ruff", "check", "."]),
        *((f"types on {name}", ["mypy", "--platform", name]) for name in PLATFORMS),
        ("imports", ["importlinter.cli", "lint-imports"]),
    ]
    if not arguments.fast:
        checks.append(("tests", ["pytest", "-q", "--durations=10", "-m", "not long"]))
    if arguments.long:
        checks.append(("long tests", ["pytest", "-q", "--durations=10", "-m", "long"]))
    return checks


def _passes(name: str, python: str, line: list[str]) -> bool:
    print(f"\n== {name}", flush=True)
    command = [python, "-m", *line]
    if line[0] == "importlinter.cli":
        command = [python, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    started_s = time.monotonic()
    is_passed = subprocess.run(command, cwd=environment.ROOT, check=False).returncode == 0
    word = "passed" if is_passed else "FAILED"
    print(f"== {name} {word} in {time.monotonic() - started_s:.0f} s", flush=True)
    return is_passed


if __name__ == "__main__":
    raise SystemExit(main())
