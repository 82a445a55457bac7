"""Fuzzing of everything that takes bytes of a peer; see ``run.py``."""
