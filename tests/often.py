"""How often is a law tried: a few times in a quick run, as often as its case asks in a deep one."""

from hypothesis import settings


def often(*, quick: int, deep: int) -> settings:
    """Settings of a property test by the profile that is loaded (`--hypothesis-profile deep`)."""
    is_deep = settings.get_current_profile_name() == "deep"
    return settings(max_examples=deep if is_deep else quick, deadline=None)
