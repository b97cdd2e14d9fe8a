"""The action as Ansible runs it: a role's templates, check mode, differences, a chart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from testbed.build import binary
from testbed.cluster import Cluster

ROOT = Path(__file__).parents[2]
TEMPLATE = """{% for name in app_names %}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ name }}
data:
  {% include 'data.j2' %}

{% endfor %}
---
apiVersion: v1
kind: Secret
metadata:
  name: password
stringData:
  password: {{ app_password | to_json }}
"""
CHART = """apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  color: {{ .Values.color }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-check
  annotations: {"helm.sh/hook": pre-install}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: localhost/stratum/base:1
          imagePullPolicy: Never
          command: ["true"]
"""


class Play:
    """A role with one task of the action, run on localhost; the result is what it registers."""

    def __init__(self, folder: Path, kubeconfig: Path, namespace: str) -> None:
        self.folder = folder
        self.task: dict[str, Any] = {
            "name": "app",
            "namespace": namespace,
            "kubeconfig": str(kubeconfig),
            "sources": [{"template": "app.yml.j2"}],
            "timeout": 60,
        }
        self.variables: dict[str, Any] = {"app_names": ["a"], "app_password": "hunter2"}
        self.output = ""
        self.write("roles/app/templates/app.yml.j2", TEMPLATE)
        self.write("roles/app/templates/data.j2", 'key: "{{ app_names | length }}"')

    def write(self, name: str, text: str) -> None:
        """A file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(self, *options: str, **task: Any) -> dict[str, Any]:
        """One run of ansible-playbook."""
        arguments = {key: value for key, value in {**self.task, **task}.items() if value}
        answer = str(self.folder / "answer.json")
        tasks: list[dict[str, Any]] = [
            {
                "stratum.platform.release": arguments,
                "register": "answer",
                "ignore_errors": True,
            },
            {
                "ansible.builtin.copy": {"content": "{{ answer | to_json }}", "dest": answer},
                "check_mode": False,
                "diff": False,
            },
        ]
        self.write("roles/app/tasks/main.yml", yaml.safe_dump(tasks))
        play = {"hosts": "localhost", "gather_facts": False, "roles": ["app"]}
        self.write("play.yml", yaml.safe_dump([{**play, "vars": self.variables}]))
        done = subprocess.run(
            [str(Path(sys.executable).with_name("ansible-playbook")), "play.yml", *options],
            cwd=self.folder,
            env={
                **os.environ,
                "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
                "ANSIBLE_LOCALHOST_WARNING": "false",
                "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
                "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
                "PATH": f"{binary('helm').parent}:{os.environ['PATH']}",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        self.output = done.stdout + done.stderr
        assert done.returncode == 0, self.output
        return json.loads(Path(answer).read_text("utf-8"))


@pytest.fixture
def play(cluster: Cluster, namespace: str, tmp_path: Path) -> Play:
    return Play(tmp_path, cluster.kubeconfig, namespace)


def test_a_roles_template_is_rendered_in_its_variables_with_its_includes(play, cluster, namespace):
    first = play.run()
    assert (first["changed"], first["revision"]) == (True, 1)
    path = "jsonpath={.data.key}"
    assert cluster.kubectl("-n", namespace, "get", "configmap", "a", "-o", path) == "1"
    again = play.run()
    assert (again["changed"], again["revision"]) == (False, 1)


def test_a_check_shows_what_the_run_does_and_no_secret(play, namespace):
    play.run()
    play.variables |= {"app_names": ["a", "b"], "app_password": "correct horse"}
    foretold = play.run("--check", "--diff")
    shown = play.output
    done = play.run("--diff")
    assert foretold["diff"] == done["diff"]
    assert foretold["objects"] == done["objects"]
    assert f"+++ after: ConfigMap {namespace}/b (created)" in shown
    assert "(hidden, sha256 " in shown
    for text in (shown, play.output, json.dumps(done)):
        assert "hunter2" not in text
        assert "correct horse" not in text


def test_an_instance_of_a_product_says_what_the_task_does_not(play, cluster, namespace):
    play.variables |= {
        "stratum_instance": {"name": "my_app", "namespace": namespace},
        "stratum_cluster": {"kubeconfig": str(cluster.kubeconfig), "context": None},
    }
    answer = play.run(name=None, namespace=None, kubeconfig=None)
    assert answer["objects"][0] == {"object": f"ConfigMap {namespace}/a", "change": "created"}
    secrets = cluster.kubectl("-n", namespace, "get", "secrets", "-o", "name")
    assert "secret/stratum.release.my-app.v1" in secrets


def test_a_chart_is_installed_rolled_back_and_removed(play, cluster, namespace):
    play.write("roles/app/files/chart/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n")
    play.write("roles/app/files/chart/values.yaml", "color: red\n")
    play.write("roles/app/files/chart/templates/all.yaml", CHART)
    chart = {"chart": "chart"}
    assert play.run(sources=[chart])["objects"] == [
        {"object": f"ConfigMap {namespace}/app", "change": "created"}
    ]
    assert "app-check" in cluster.kubectl("-n", namespace, "get", "jobs", "-o", "name")
    blue = {**chart, "values": {"color": "blue"}}
    assert play.run(sources=[blue])["objects"][0]["change"] == "changed"
    assert play.run(state="rolled_back", sources=None)["revision"] == 3
    path = "jsonpath={.data.color}"
    assert cluster.kubectl("-n", namespace, "get", "configmap", "app", "-o", path) == "red"
    assert play.run(state="absent", sources=None)["objects"] == [
        {"object": f"ConfigMap {namespace}/app", "change": "deleted"}
    ]


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ({"sources": None}, "state is present but all of the following are missing: sources"),
        ({"name": "Not_a_name"}, "name: 'Not_a_name' cannot be the name of a release: use"),
        (
            {"sources": [{"template": "other.yml.j2"}]},
            "other.yml.j2: there is no such file in templates/ of the role or play",
        ),
        (
            {"rules": [{"kind": "Widget"}]},
            "rules[0] is {'kind': 'Widget'}\n  write a rule as ",
        ),
    ],
    ids=["no sources", "name", "template", "rule"],
)
def test_a_mistake_in_the_task_is_told_in_one_message(play, task, message):
    answer = play.run(**task)
    assert answer["failed"]
    assert answer["msg"].startswith(message)
    assert "Traceback" not in play.output


def test_a_failure_brings_its_evidence(play, namespace):
    widget = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {}}
    pod = {"containers": [{"name": "main", "image": "none:1", "imagePullPolicy": "Never"}]}
    answer = play.run(sources=[{"objects": [{**widget, "spec": pod}]}], timeout=5)
    assert answer["msg"].startswith(f"release {namespace}/app: not ready after ")
    assert answer["evidence"][0].startswith(f"Pod {namespace}/p: ")
