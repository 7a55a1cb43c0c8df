"""Serve BookingOpt over HTTP."""
