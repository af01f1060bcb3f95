"""The front door: everything between a socket and the engine, and the commands that start it."""
