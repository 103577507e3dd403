"""On which days do the offices rest? The bank holidays of England and Wales, as published."""

from joinedup.town.days import END, day

NEW_YEAR, GOOD_FRIDAY, EASTER_MONDAY = "New Year's Day", "Good Friday", "Easter Monday"
EARLY_MAY, SPRING, SUMMER = "Early May bank holiday", "Spring bank holiday", "Summer bank holiday"
CHRISTMAS, BOXING = "Christmas Day", "Boxing Day"

BANK_HOLIDAYS: tuple[tuple[int, str], ...] = (
    (day(2022, 12, 26), BOXING),
    (day(2022, 12, 27), CHRISTMAS),
    (day(2023, 1, 2), NEW_YEAR),
    (day(2023, 4, 7), GOOD_FRIDAY),
    (day(2023, 4, 10), EASTER_MONDAY),
    (day(2023, 5, 1), EARLY_MAY),
    (day(2023, 5, 8), "Coronation of King Charles III"),
    (day(2023, 5, 29), SPRING),
    (day(2023, 8, 28), SUMMER),
    (day(2023, 12, 25), CHRISTMAS),
    (day(2023, 12, 26), BOXING),
    (day(2024, 1, 1), NEW_YEAR),
    (day(2024, 3, 29), GOOD_FRIDAY),
    (day(2024, 4, 1), EASTER_MONDAY),
    (day(2024, 5, 6), EARLY_MAY),
    (day(2024, 5, 27), SPRING),
    (day(2024, 8, 26), SUMMER),
    (day(2024, 12, 25), CHRISTMAS),
    (day(2024, 12, 26), BOXING),
    (day(2025, 1, 1), NEW_YEAR),
    (day(2025, 4, 18), GOOD_FRIDAY),
    (day(2025, 4, 21), EASTER_MONDAY),
    (day(2025, 5, 5), EARLY_MAY),
    (day(2025, 5, 26), SPRING),
    (day(2025, 8, 25), SUMMER),
    (day(2025, 12, 25), CHRISTMAS),
    (day(2025, 12, 26), BOXING),
    (day(2026, 1, 1), NEW_YEAR),
    (day(2026, 4, 3), GOOD_FRIDAY),
    (day(2026, 4, 6), EASTER_MONDAY),
    (day(2026, 5, 4), EARLY_MAY),
    (day(2026, 5, 25), SPRING),
    (day(2026, 8, 31), SUMMER),
    (day(2026, 12, 25), CHRISTMAS),
    (day(2026, 12, 28), BOXING),
)
"""Day and name, from START to the end of 2026; one at a weekend is on the day in its stead."""


def bank_holidays() -> dict[int, str]:
    """Day and name of those that have come by END, in order."""
    return {on: name for on, name in BANK_HOLIDAYS if on <= END}
