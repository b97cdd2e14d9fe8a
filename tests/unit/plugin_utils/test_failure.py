from __future__ import annotations

from ansible_collections.stratum.platform.plugins.plugin_utils import failure


def test_the_message_is_what_the_task_says() -> None:
    assert failure.message({"msg": "no such file\n"}) == "no such file"


def test_a_secret_stays_hidden() -> None:
    result = {"censored": "the output has been hidden", "msg": "password is 1234"}
    assert failure.message(result) == "the output has been hidden"


def test_a_loop_names_the_items_that_failed() -> None:
    items = [
        {"item": "a", "failed": True, "msg": "not there"},
        {"item": "b", "changed": True},
        {"item": "c", "failed": True, "msg": "too big"},
    ]
    assert failure.message({"msg": "One or more items failed", "results": items}) == (
        "a: not there\nc: too big"
    )


def test_a_hidden_item_is_not_named() -> None:
    item = {"item": "1234", "_ansible_no_log": True, "failed": True, "msg": "refused"}
    assert failure.message({"results": [item]}) == "one item: refused"


def test_an_assertion_is_quoted() -> None:
    result = {"msg": "Assertion failed", "assertion": "port > 1024"}
    assert failure.message(result) == "Assertion failed (port > 1024)"


def test_evidence_that_the_task_names_comes_first() -> None:
    result = {"evidence": ["exit 1"], "stderr": "noise"}
    assert failure.evidence(result) == ["exit 1"]


def test_else_the_end_of_the_output_is_the_evidence() -> None:
    result = {"stdout": "", "stderr": "\n".join(str(n) for n in range(30))}
    assert failure.evidence(result) == [str(n) for n in range(10, 30)]
