"""Gauze: a cloth of springs in small steps, cut along the path of the scissors."""
