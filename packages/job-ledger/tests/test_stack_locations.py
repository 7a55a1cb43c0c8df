from job_ledger.stack_locations import places_of


def test_places_tell_where_and_not_what() -> None:
    try:
        _raise(15)
    except ValueError as error:
        places = places_of(error)
    assert len(places) == 12
    assert places[-1].startswith("test_stack_locations.py:")
    assert places[-1].endswith(" _raise")
    assert "Ann" not in "".join(places)


def test_an_error_that_was_never_raised_has_no_places() -> None:
    assert places_of(ValueError()) == []


def _raise(depth: int) -> None:
    if depth:
        _raise(depth - 1)
    raise ValueError("Ann Guest")
