"""Faults on purpose: a server under load loses its process, its database or its disk, and is checked afterwards."""
