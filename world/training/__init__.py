"""Practising at the stations of training rooms: who may, and what follows. Pure rules."""
