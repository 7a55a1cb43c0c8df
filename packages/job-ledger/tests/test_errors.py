from job_ledger.errors import StoreError, StoreFull, StoreUnavailable


def test_both_errors_are_errors_of_the_store() -> None:
    for error in (StoreFull, StoreUnavailable):
        assert issubclass(error, StoreError)
