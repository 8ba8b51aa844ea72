"""Losses as ground to walk on: the named ones, what lies in sight, and the bottom below a place."""
