"""Instruments, trocars and the scope: where they are, and what shape they have there.

Nothing here is compiled, so that the client predicts with the same functions by which the
server rules. Trigonometry is `math`, never numpy's, whose vector code differs between processors.
"""
