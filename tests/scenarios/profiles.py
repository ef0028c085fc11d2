"""Scenarios: the profiles, what a file says, what the person says of it."""

from __future__ import annotations

from sel_contract import Links, VerificationState
from tests.scenarios import models, records
from tests.scenarios.logging_in import login_busy
from tests.scenarios.walk import Walk, scenario


def at_profiles(start: Walk, *links: str) -> Walk:
    known = {"worker": records.LINK, "employer": records.EMPLOYER, "association": records.ASSOCIATION}
    listed = Links(links=tuple(known[name] for name in links))
    return login_busy(start).gets(models.session(linked=max(len(links), 1))).gets(listed)


@scenario
def profiles(start: Walk) -> Walk:
    return at_profiles(start, "worker", "employer", "association")


@scenario
def profiles_loading(start: Walk) -> Walk:
    return login_busy(start).gets(models.session(linked=2))


@scenario
def profiles_none(start: Walk) -> Walk:
    return at_profiles(start)


@scenario
def profiles_many(start: Walk) -> Walk:
    return profiles_loading(start).gets(records.many_links())


@scenario
def profiles_searched(start: Walk) -> Walk:
    return profiles_many(start).types(search="toit gaspe")


@scenario
def profiles_not_found(start: Walk) -> Walk:
    return profiles_many(start).types(search="zzz")


@scenario
def client_file(start: Walk) -> Walk:
    return profiles(start).does("open_profile", records.LINK.id).gets(records.DETAIL)


@scenario
def client_file_employer(start: Walk) -> Walk:
    return profiles(start).does("open_profile", records.EMPLOYER.id).gets(records.EMPLOYER_DETAIL)


@scenario
def client_file_association(start: Walk) -> Walk:
    return profiles(start).does("open_profile", records.ASSOCIATION.id).gets(records.ASSOCIATION_DETAIL)


@scenario
def verified_some_left(start: Walk) -> Walk:
    return client_file(start).does("accurate").gets(records.ACCURATE)


@scenario
def verified_all(start: Walk) -> Walk:
    alone = at_profiles(start, "worker").does("open_profile", records.LINK.id).gets(records.DETAIL)
    return alone.does("accurate").gets(records.ACCURATE)


@scenario
def report(start: Walk) -> Walk:
    return client_file_employer(start).does("error").types(note="Le code postal est J4K 5E7.")


@scenario
def reported(start: Walk) -> Walk:
    return report(start).submits().gets(records.REPORTED)


@scenario
def methods_for_another_file(start: Walk) -> Walk:
    return profiles(start).does("link_profile").gets(models.METHODS)


@scenario
def logged_out(start: Walk) -> Walk:
    return profiles(start).does("log_out").gets()


@scenario
def profiles_suspended(start: Walk) -> Walk:
    return profiles_loading(start).gets(records.FROZEN)


@scenario
def reported_before(start: Walk) -> Walk:
    said = {"state": VerificationState.ERROR, "note": "Le code postal.", "reference": models.REFERENCE}
    link = records.LINK.model_copy(update={"verification": records.LINK.verification.model_copy(update=said)})
    opened = at_profiles(start, "worker").does("open_profile", link.id)
    return opened.gets(records.DETAIL.model_copy(update={"link": link}))


@scenario
def report_again(start: Walk) -> Walk:
    return reported_before(start).does("error")
