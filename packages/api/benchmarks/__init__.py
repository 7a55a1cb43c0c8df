"""Measures the service; see the README of this folder."""
