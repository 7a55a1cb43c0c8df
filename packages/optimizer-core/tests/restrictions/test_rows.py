"""Rows become a sparse matrix."""

from optimizer_core.restrictions.rows import matrix_of


def test_entries_lie_where_they_were_written() -> None:
    matrix = matrix_of([((0, 1), (2, -1)), (), ((1, 5),)], 3)
    assert matrix.toarray().tolist() == [[1, 0, -1], [0, 0, 0], [0, 5, 0]]


def test_no_rows_make_a_matrix_without_rows() -> None:
    assert matrix_of([], 2).shape == (0, 2)
