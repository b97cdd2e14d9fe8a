"""How a command in a container ended, out of what the API server says of it."""

from __future__ import annotations

import json

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube.execute import exit_code
from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import Refused

WHERE = "Pod shop/mysql-0, container mysql"


def test_success_is_zero() -> None:
    assert exit_code(b'{"metadata": {}, "status": "Success"}', WHERE) == 0


def test_the_exit_code_of_a_failed_command_is_among_its_causes() -> None:
    causes = [{"reason": "ExitCode", "message": "3"}]
    said = {"status": "Failure", "reason": "NonZeroExitCode", "details": {"causes": causes}}
    assert exit_code(json.dumps(said).encode(), WHERE) == 3


def test_a_command_that_was_not_run_is_an_error_with_the_reason() -> None:
    said = {"status": "Failure", "reason": "InternalError", "message": "no such program"}
    with pytest.raises(Refused) as caught:
        exit_code(json.dumps(said).encode(), WHERE)
    assert str(caught.value) == (
        "Pod shop/mysql-0, container mysql: a command was not run: no such program\n"
        "  see that its image has the program"
    )
