"""Builds what is released."""
