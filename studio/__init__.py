"""Atelier: an offline studio for pictures, prose and game-playing agents."""

__version__ = "0.1.0"
