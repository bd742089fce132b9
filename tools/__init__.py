"""Programs for people at a terminal: run, check, bench, admin."""
