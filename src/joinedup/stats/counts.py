"""Is a count more than chance gives, beside other counts of the same thing?"""

from math import exp

from joinedup.stats.intervals import normal_quantile


def excess_p_value(count: int, neighbours: int, *, days: int) -> float:
    """How likely chance alone puts this many events, or more, on one day.

    One-sided and exact: two Poisson counts of one rate, given their sum, are binomial.

    Args:
        count: events on the day.
        neighbours: events on the other days together.
        days: how many other days, at least 1.

    Returns:
        A probability, 0 to 1.

    Raises:
        ValueError: a count is below 0, or there is no other day.

    Source: Przyborowski & Wilenski (1940), doi:10.2307/2332612.

    >>> round(excess_p_value(3, 0, days=14), 6)
    0.000296
    """
    from scipy.special import betainc  # noqa: PLC0415 - heavy; every delivery imports this page

    if min(count, neighbours) < 0 or days < 1:
        message = "counts are at least 0, and there is at least one other day"
        raise ValueError(message)
    # The upper tail of a binomial as the incomplete beta function; it has no place for count 0.
    return float(betainc(count, neighbours + 1, 1 / (days + 1))) if count else 1.0


def ratio_band(count: int, *, spread: float, level: float) -> tuple[float, float]:
    """Between which bounds the next count of the same thing lies, as a ratio to this one.

    Two negative binomial counts of one level: Poisson, and besides it a level that differs from
    time to time by `spread` of itself. The log of their ratio is nearly normal.

    Args:
        count: the count before, at least 1.
        spread: standard deviation of the level as a share of it, 0 for Poisson alone.
        level: coverage, 0 to 1.

    Returns:
        Lower and upper ratio, no unit.

    Raises:
        ValueError: the count is below 1, or the level is not between 0 and 1.

    Source: delta method for a log ratio of counts: variance 2 / count + 2 spread squared; Cameron &
    Trivedi (2013), Regression Analysis of Count Data, NB2, doi:10.1017/CBO9781139013567.

    >>> [round(bound, 3) for bound in ratio_band(10_000, spread=0.05, level=0.99)]
    [0.83, 1.204]
    """
    if count < 1:
        message = "the count before is at least 1"
        raise ValueError(message)
    reach = normal_quantile(level) * (2 / count + 2 * spread**2) ** 0.5
    return exp(-reach), exp(reach)
