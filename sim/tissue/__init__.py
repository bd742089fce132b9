"""Organs as tetrahedra: elasticity, contact with instruments, grasping, tearing, the needle."""
