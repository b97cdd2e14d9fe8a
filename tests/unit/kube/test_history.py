"""To which revision a release goes back."""

from __future__ import annotations

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube.history import History
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import NotFound
from ansible_collections.stratum.platform.plugins.module_utils.kube.revision import Entry


def past(*results: str) -> History:
    return History([Entry(n, result, "") for n, result in enumerate(results, start=1)])


@pytest.mark.parametrize(
    ("results", "number"),
    [(["ok", "ok", "ok"], 2), (["ok", "failed", "ok"], 1), (["ok", "ok", "failed"], 2)],
)
def test_without_a_number_it_is_the_last_that_succeeded_before(results, number):
    assert past(*results).before(None, "") == number


def test_any_kept_revision_can_be_named():
    assert past("ok", "failed", "ok").before(2, "") == 2


def test_a_revision_that_is_not_kept_is_refused_with_those_that_are():
    with pytest.raises(NotFound) as caught:
        past("ok", "ok").before(7, "release a/b")
    assert str(caught.value) == (
        "release a/b: there is no revision 7\n  choose one of those kept: 1, 2"
    )


def test_without_an_earlier_success_there_is_nothing_to_go_back_to():
    with pytest.raises(NotFound) as caught:
        past("failed", "ok").before(None, "release a/b")
    assert str(caught.value) == (
        "release a/b: no earlier revision succeeded\n  give `revision`; those kept are: 1, 2"
    )
