"""Bring the service onto hosts, and keep it there: one module for each concern."""
