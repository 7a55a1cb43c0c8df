"""Deploys the service to hosts and operates it there: one module for each concern."""
