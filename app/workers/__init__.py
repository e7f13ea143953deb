"""Doors that read streams: recordings now, live feeds later."""
