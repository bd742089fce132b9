"""Async I/O around the world: sockets, rooms, accounts, storage, voice."""
