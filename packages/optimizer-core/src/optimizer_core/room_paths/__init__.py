"""Moves of stays: one path through the nights for each room, bounds from prices, small exact models."""
