"""The clinic's own widgets: what they are, where focus is, how they are laid out and painted.

Everything here is plain data and arithmetic, except `overlay`, which hands pictures to Panda3D.
"""
