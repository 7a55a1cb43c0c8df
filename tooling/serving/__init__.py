"""The whole service on one machine: API and worker, started, watched and stopped together."""
