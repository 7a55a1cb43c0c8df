"""SCIP as a backend of optimizer-core."""
