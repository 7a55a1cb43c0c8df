"""What can go wrong between a process and the ledger.

::

    StoreError
    ├── StoreUnavailable   no answer: down, starting, refusing, or every connection in use
    └── StoreFull          no room for another job

Both mean "try again later": nothing was accepted that could be lost. After `StoreUnavailable` the
operation may have happened all the same; every operation of the ledger may safely be repeated, and a
new job with its idempotency key.
"""

from __future__ import annotations

from optimizer_core.errors import BookingOptError


class StoreError(BookingOptError):
    """The ledger could not do what it was asked."""


class StoreUnavailable(StoreError):
    """The store gave no answer."""


class StoreFull(StoreError):
    """The store has no room for another job."""
