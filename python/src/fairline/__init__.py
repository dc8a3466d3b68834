"""Fairline from Python."""
