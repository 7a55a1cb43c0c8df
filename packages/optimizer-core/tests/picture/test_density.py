import pytest

from optimizer_core.picture.density import SMALLEST_FONT, density


@pytest.mark.parametrize("num_days", [1, 2, 8, 31, 43, 91, 181, 366, 731, 1831])
def test_a_day_is_an_even_number_of_pixels_and_a_panel_stays_within_8000(num_days: int) -> None:
    sizes = density(num_days, 10)
    assert sizes.day_width % 2 == 0
    assert sizes.day_width * num_days <= 8000


@pytest.mark.parametrize("num_rows", [1, 12, 13, 40, 100, 250, 1000, 5000])
def test_letters_fit_into_bars_and_bars_into_rows(num_rows: int) -> None:
    sizes = density(31, num_rows)
    assert sizes.bar_height < sizes.row_height
    assert not sizes.has_labels or sizes.font_size <= sizes.bar_height - 2
    assert sizes.font_size >= SMALLEST_FONT


def test_more_days_or_rows_never_make_them_larger() -> None:
    widths = [density(days, 10).day_width for days in range(1, 1832)]
    heights = [density(31, rows).row_height for rows in range(1, 3000)]
    assert widths == sorted(widths, reverse=True)
    assert heights == sorted(heights, reverse=True)


def test_250_rooms_and_90_nights_show_every_date_and_names() -> None:
    sizes = density(91, 250)
    assert sizes.has_every_date
    assert sizes.has_labels
    assert sizes.font_size >= 9
