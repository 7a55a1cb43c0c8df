from bookingopt_worker.jobs.errors import StoreError, StoreFull, StoreUnavailable
from optimizer_core.errors import BookingOptError


def test_both_errors_are_errors_of_the_store_and_of_the_project() -> None:
    for error in (StoreFull, StoreUnavailable):
        assert issubclass(error, StoreError)
        assert issubclass(error, BookingOptError)
