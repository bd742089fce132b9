"""The simulation of training rooms: processes of their own, told what to do by the world."""
