"""How tissue, thread, instruments and rigid props behave: pure, deterministic, in SI units.

Same seed and same inputs give the same bits, in every process and on every kind of processor:
float64 throughout, no fastmath, no parallel loops, no BLAS inside a step, a fixed order of sums.
"""
