"""Solve BookingOpt jobs in the background."""
