"""A second evaluator of the policy, which shares nothing with the product's own."""

from policies import HOUR


def by_the_book(facts, ask):
    """The whole policy said once more, as plainly as can be: slow, and without a reason."""
    policy, asked = facts.policy, set(ask.show | ask.filter | ask.sort | ask.group | ask.join)
    asked |= set(ask.rows)
    glass = ask.glass
    glass_counts = glass is None or (
        glass.reason.strip() != ""
        and glass.expires <= glass.opened + HOUR
        and glass.opened <= ask.at
        and ask.at < glass.expires
    )

    def one_person(name):
        plain = name.strip().lower()
        for person in sorted(policy.people):
            if plain in {person.lower(), *(other.lower() for other in policy.people[person])}:
                return person.lower()
        return plain

    def held(name):
        return name in policy.roles and any(
            lease.role == name
            and one_person(lease.person) == one_person(ask.person)
            and one_person(lease.by) != one_person(ask.person)
            and lease.starts <= ask.at
            and ask.at < lease.ends
            for lease in policy.leases.values()
        )

    def carries(grant, field):
        role, agreement = policy.roles.get(grant.role), facts.agreements.get(grant.agreement)
        return (
            role is not None
            and agreement is not None
            and held(grant.role)
            and (ask.action == "" or ask.action in role.may)
            and grant.dataset == ask.dataset
            and field in grant.fields
            and agreement.in_force
            and agreement.purpose == ask.purpose
            and field in agreement.covers[ask.dataset]
            and role.partner in {"", *agreement.recipients}
            and facts.sensitivity[ask.dataset].get(field, 0) <= role.clearance
            and all(
                ask.rows.get(name) and set(ask.rows[name]) - set(values) == set()
                for name, values in grant.rows.items()
            )
            and (glass is not None or not grant.emergency)
        )

    def able(name, role):
        return (
            held(name)
            and ask.action in role.may
            and (ask.partner == "" or role.partner in {"", ask.partner})
            and (
                ask.purpose == ""
                or any(
                    grant.role == name
                    and grant.agreement in facts.agreements
                    and facts.agreements[grant.agreement].in_force
                    and facts.agreements[grant.agreement].purpose == ask.purpose
                    and (glass is not None or not grant.emergency)
                    for grant in policy.grants.values()
                )
            )
        )

    forbidden = any(
        ask.action in (forbid.actions or {ask.action})
        and one_person(ask.person)
        in ({one_person(name) for name in forbid.people} or {one_person(ask.person)})
        and ask.purpose in (forbid.purposes or {ask.purpose})
        and ask.dataset in (forbid.datasets or {ask.dataset})
        and (not forbid.fields or asked & set(forbid.fields))
        for forbid in policy.forbids.values()
    )
    if forbidden or not glass_counts:
        return False
    if not asked and not ask.count:
        bare = bool(ask.action) and not ask.dataset
        return bare and any(able(name, role) for name, role in policy.roles.items())
    counted = not ask.count or any(
        carries(grant, field) for grant in policy.grants.values() for field in grant.fields
    )
    known = asked <= set(facts.sensitivity[ask.dataset])
    return (
        counted
        and known
        and all(any(carries(grant, field) for grant in policy.grants.values()) for field in asked)
    )
