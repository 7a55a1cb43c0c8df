"""Sparse matrices from rows written one by one."""

from __future__ import annotations

import numpy as np
from scipy import sparse

Rows = list[tuple[tuple[int, int], ...]]
"""The entries of each row, as (column, value)."""


def matrix_of(rows: Rows, num_columns: int) -> sparse.csc_matrix:
    """Return rows as a matrix, float64, shape (rows, columns).

    Parameters
    ----------
    rows
        Entries by row.
    num_columns
        Number of columns.
    """
    entries = [(row, column, value) for row, pairs in enumerate(rows) for column, value in pairs]
    row, column, value = np.array(entries, dtype=np.int64).reshape(-1, 3).T
    return sparse.csc_matrix((value.astype(np.float64), (row, column)), shape=(len(rows), num_columns))
