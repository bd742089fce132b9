"""Rigid props: pegs, rings and the graspers that carry them, stepped by MuJoCo."""
