"""What is to become of a machine: the whole table of what it and the others are."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.stratum.platform.plugins.module_utils.k3s.decision import (
    Decision,
    Seen,
    Server,
    Wanted,
    decide,
)

ONE, TWO = "https://192.0.2.11:6443", "https://192.0.2.12:6443"
HASH, OTHER = "a" * 64, "b" * 64
FIRST = Wanted("server", "v1.36.4+k3s1", [TWO], first=True, token="wanted")
FURTHER = Wanted("server", "v1.36.4+k3s1", [ONE, TWO], first=False, ca_hash=HASH, token="wanted")
AGENT = replace(FURTHER, role="agent")
LIVING = Server(ONE, HASH, accepts=True)
FRESH = Seen()
MEMBER = Seen("v1.36.4+k3s1", data=True, ca_hash=HASH, token="wanted", joined=ONE)


def problem(wanted: Wanted, seen: Seen) -> str:
    (only,) = decide(wanted, seen).problems
    return only


def test_a_first_server_alone_starts_a_cluster():
    assert decide(FIRST, FRESH) == Decision("", rotate=False, problems=())


def test_a_first_server_without_data_joins_one_that_lives():
    seen = replace(FRESH, alive=[Server(TWO, HASH, accepts=True)])
    assert decide(FIRST, seen) == Decision(TWO, rotate=False, problems=())


def test_a_further_server_joins_whichever_lives_first():
    assert decide(FURTHER, replace(FRESH, alive=[LIVING])).join == ONE
    assert decide(FURTHER, replace(FRESH, alive=[Server(TWO, HASH, accepts=True)])).join == TWO


def test_who_has_data_goes_on_as_it_came():
    assert decide(FURTHER, replace(MEMBER, joined=TWO)) == Decision(TWO, rotate=False, problems=())
    assert decide(FIRST, replace(MEMBER, joined="")).join == ""
    assert decide(FIRST, replace(MEMBER, joined=TWO)).join == TWO


def test_an_agent_follows_where_its_server_is_another_one():
    assert decide(AGENT, replace(MEMBER, joined="https://192.0.2.99:6443")).join == ONE


def test_nobody_to_join_is_a_problem():
    assert problem(FURTHER, FRESH) == (
        f"no server answers at {ONE}, {TWO}; start one first, or correct k3s_server_url"
    )


def test_a_living_cluster_that_does_not_take_the_token_is_a_problem():
    seen = replace(FRESH, alive=[Server(TWO, HASH, accepts=False)])
    assert problem(FIRST, seen) == (
        f"a cluster lives at {TWO} that does not take the token of this machine; give that "
        "cluster's token, or take the address out of k3s_server_url and k3s_peers"
    )


def test_data_with_another_token_is_a_problem_unless_the_token_is_to_be_rotated():
    seen = replace(MEMBER, token="another")
    assert problem(FIRST, seen) == (
        "this machine has the data of a cluster with another token; give that one as k3s_token, "
        "say k3s_rotate_token=true to give the cluster the new one, or reset the machine first "
        "(playbooks/k3s_reset.yml)"
    )
    assert decide(replace(FIRST, rotate=True), seen).rotate


def test_a_token_that_another_server_has_is_not_rotated_again():
    seen = replace(MEMBER, token="another", alive=[LIVING])
    assert decide(replace(FURTHER, rotate=True), seen) == Decision(ONE, rotate=False, problems=())


def test_data_of_another_cluster_is_a_problem():
    seen = replace(MEMBER, ca_hash=OTHER, alive=[LIVING])
    assert problem(FURTHER, seen) == (
        "this machine has the data of another cluster (authority bbbbbbbbbbbb…, not "
        "aaaaaaaaaaaa…); reset it first (playbooks/k3s_reset.yml), or correct k3s_server_url and "
        "k3s_peers"
    )


def test_servers_of_two_clusters_are_a_problem():
    seen = replace(FRESH, alive=[LIVING, Server(TWO, OTHER, accepts=True)])
    assert problem(FURTHER, seen) == (
        f"these servers belong to different clusters: {ONE}, {TWO}; name those of one only"
    )


def test_a_server_with_another_authority_than_recorded_is_a_problem():
    seen = replace(FRESH, alive=[Server(ONE, OTHER, accepts=True)])
    assert problem(FURTHER, seen) == (
        f"{ONE} is of a cluster with another authority than k3s_ca_hash {HASH}; correct "
        "k3s_server_url or k3s_ca_hash"
    )


def test_a_machine_of_the_other_role_is_a_problem():
    assert problem(AGENT, replace(FRESH, other_role=True, alive=[LIVING])) == (
        "k3s_role is agent, but this machine is a server already; reset it first "
        "(playbooks/k3s_reset.yml)"
    )


def test_versions_count_only_where_there_is_data():
    assert decide(FIRST, replace(FRESH, version="v1.30.0+k3s1")).problems == ()
    assert "one minor version at a time" in problem(FIRST, replace(MEMBER, version="v1.30.0+k3s1"))


def test_all_problems_are_found_at_once():
    seen = replace(MEMBER, version="v1.37.0+k3s1", ca_hash=OTHER, other_role=True)
    assert len(decide(FURTHER, seen).problems) == 3


def test_no_token_is_in_the_printed_form():
    assert "wanted" not in repr(FURTHER)
    assert "wanted" not in repr(MEMBER)
