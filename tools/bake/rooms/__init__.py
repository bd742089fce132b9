"""Generates the clinic's rooms: geometry, textures, baked light and layout, all from code.

Strategy: every part is a grid patch (positions and normals over two metric coordinates). A patch
is its own rectangular chart of the lightmap, so nothing has to be unwrapped; small and curved
parts carry light per vertex instead. The same code that draws furniture also states what is solid.
"""
