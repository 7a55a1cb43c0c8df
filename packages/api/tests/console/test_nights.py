from datetime import date

from bookingopt_api.console.nights import Night, columns_of, nights_of


def test_nights_are_half_open_and_today_is_marked() -> None:
    nights = nights_of(date(2027, 4, 30), date(2027, 5, 2), today=date(2027, 5, 1))
    assert [night.date.day for night in nights] == [30, 1]
    assert [night.is_today for night in nights] == [False, True]


def test_the_class_of_a_column_tells_weekend_today_and_the_first_of_a_month() -> None:
    assert Night(date(2027, 5, 1), is_today=True).classes == "we to mo"
    assert Night(date(2027, 5, 3)).classes == ""
    assert Night(date(2027, 5, 3)).weekday == "Mo"


def test_equal_neighbors_are_one_group_of_columns() -> None:
    nights = nights_of(date(2027, 5, 3), date(2027, 5, 12), today=date(2020, 1, 1))
    assert [(group.span, group.classes) for group in columns_of(nights)] == [(5, ""), (2, "we"), (2, "")]
