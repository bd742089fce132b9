"""People of the demo clinic who are programs: they come in through the same doors as everybody."""
