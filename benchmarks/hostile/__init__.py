"""Hostile inputs of our own making, thrown at a running demo."""
