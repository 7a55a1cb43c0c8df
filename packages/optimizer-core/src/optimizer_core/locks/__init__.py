"""What each lock of a hotel costs: bounds for all of them, exact prices for the most expensive."""

from optimizer_core.locks.prices import LockPrice, lock_prices

__all__ = ["LockPrice", "lock_prices"]
