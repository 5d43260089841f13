"""Cameras, one a file."""
