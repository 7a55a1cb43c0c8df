"""Implementation of the tasks in tasks.py, one module for each kind of work."""
