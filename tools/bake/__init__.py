"""Makes the files under assets/ from code and from named, licensed sources."""
