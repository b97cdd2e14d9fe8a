"""The role mysql as a pod: accounts and tables are kept, settings reach it, broken ones do not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.stratum.platform.tests.cluster.confinement import Namespace
from ansible_collections.stratum.platform.tests.integration.conftest import wait_until
from database import Database
from roles import Role
from testbed.cluster import Cluster
from testbed.images import MARIADBS

pytestmark = pytest.mark.platform

PATIENCE_SECONDS = 60
TABLES = "/data/tables"
PASSWORD, READER = "of the tested shop", "of its reader"
USERS = [
    {"name": "shop", "password": PASSWORD, "grants": [{"database": "shop", "privileges": ["ALL"]}]},
    {
        "name": "reader",
        "password": READER,
        "grants": [{"database": "shop", "privileges": ["SELECT"]}],
    },
]
SMALL = {
    "mysql_storage_size": "1Gi",
    "mysql_buffer_pool": "32M",
    "mysql_resources": {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"memory": "1Gi"}},
    "mysql_databases": ["shop"],
    "mysql_users": USERS,
}


@pytest.fixture(scope="module")
def image(cluster: Cluster) -> str:
    return cluster.image("mariadb").by_digest


@pytest.fixture(scope="module")
def room(cluster: Cluster) -> Iterator[str]:
    """A namespace for the whole module, where only restricted pods are allowed."""
    name = "test-mysql"
    cluster.kubectl("delete", "namespace", name, "--ignore-not-found")
    cluster.kubectl("create", "namespace", name)
    restricted = "pod-security.kubernetes.io/enforce=restricted"
    cluster.kubectl("label", "namespace", name, restricted)
    yield name
    cluster.kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture(scope="module")
def role(cluster: Cluster, room: str, tmp_path_factory: pytest.TempPathFactory) -> Role:
    """Installed as it was before the newest version, with a row in it."""
    found = Role(cluster, "mysql", room, tmp_path_factory.mktemp("mysql"))
    found.install(SMALL, image=cluster.image("mariadb-before").by_digest)
    shop = Database(cluster, room, "shop", PASSWORD)
    shop.ask("CREATE TABLE orders (id INT PRIMARY KEY); INSERT INTO orders VALUES (41)")
    return found


@pytest.fixture
def shop(role: Role) -> Database:
    return Database(role.cluster, role.namespace, "shop", PASSWORD)


def version(database: Database) -> str:
    return database.ask("SELECT VERSION()").partition("-")[0]


def test_another_version_takes_the_place_of_the_one_before_and_finds_its_rows(
    role: Role, image: str, shop: Database
) -> None:
    assert version(shop) == MARIADBS["mariadb-before"]
    role.install(SMALL, image=image)
    assert version(shop) == MARIADBS["mariadb"]
    assert shop.ask("SELECT id FROM orders") == "41"


def test_system_tables_of_an_earlier_series_are_brought_to_the_servers(
    role: Role, image: str, shop: Database
) -> None:
    shop.in_server(f"echo 10.6.5-MariaDB | tee {TABLES}/{{mysql,mariadb}}_upgrade_info")
    done = role.install(SMALL, "--diff", image=image)
    assert "brought the system tables to the server's version" in done.text
    assert role.install(SMALL, image=image).changed == 0


def test_a_second_run_changes_nothing(role: Role, image: str, shop: Database) -> None:
    before = shop.pods()
    assert role.install(SMALL, image=image).changed == 0
    assert shop.pods() == before


def test_who_may_only_read_cannot_write(role: Role) -> None:
    reader = Database(role.cluster, role.namespace, "reader", READER)
    assert reader.ask("SELECT id FROM shop.orders") == "41"
    refused = reader.refused("INSERT INTO shop.orders VALUES (42)")
    assert "INSERT command denied to user 'reader'@" in refused


def test_check_mode_says_what_a_run_would_change_and_changes_nothing(
    role: Role, image: str, shop: Database
) -> None:
    before = shop.pods()
    changed = {**SMALL, "mysql_max_connections": 77, "mysql_users": USERS[:1]}
    done = role.install(changed, "--check", "--diff", image=image)
    assert done.changed == 2
    assert "dropped the user reader@%" in done.text
    assert shop.pods() == before
    assert shop.ask("SELECT @@max_connections") == "151"


def test_on_a_cluster_without_it_check_mode_expects_an_empty_server(
    role: Role, image: str, namespace: str
) -> None:
    elsewhere = Role(role.cluster, "mysql", namespace, role.folder / "elsewhere")
    done = elsewhere.install(SMALL, "--check", "--diff", image=image)
    assert "made the database shop" in done.text
    assert role.cluster.kubectl("-n", namespace, "get", "pods,pvc", "--output=name") == ""


def test_a_changed_setting_reaches_the_running_process_and_a_new_password_its_account(
    role: Role, image: str, shop: Database
) -> None:
    changed = {
        **SMALL,
        "mysql_max_connections": 77,
        "mysql_users": [{**USERS[0], "password": "another one"}, USERS[1]],
    }
    done = role.install(changed, "--diff", image=image)
    assert "set the password of the user shop@%" in done.text
    assert "Access denied for user 'shop'@" in shop.refused("SELECT 1")
    new = Database(role.cluster, role.namespace, "shop", "another one")
    assert new.ask("SELECT @@max_connections, id FROM orders") == "77\t41"
    role.install(SMALL, image=image)


def test_settings_that_mariadb_does_not_know_are_refused_in_its_words(
    role: Role, image: str, shop: Database
) -> None:
    before = shop.pods()
    broken = {**SMALL, "mysql_settings": {"max-conections": 9}, "component_ready_timeout": 60}
    done = role.run(broken, image=image)
    assert done.failed
    assert "unknown variable 'max-conections=9'" in done.text
    assert shop.pods() == before
    assert shop.ask("SELECT id FROM orders") == "41"
    role.install(SMALL, image=image)


def test_no_password_is_in_any_object(role: Role) -> None:
    kinds = "all,configmaps,secrets"
    shown = role.cluster.kubectl("-n", role.namespace, "get", kinds, "--output=yaml")
    release = role.cluster.kubectl("-n", role.namespace, "logs", "mysql-0", "--all-containers")
    assert [word for word in (PASSWORD, READER) if word in shown + release] == []


def test_only_its_own_account_comes_in_without_a_password(role: Role, shop: Database) -> None:
    assert shop.inside("SELECT CURRENT_USER()") == "mysql@localhost"
    nobody = Database(role.cluster, role.namespace, "mysql", "")
    assert "Access denied for user 'mysql'@" in nobody.refused("SELECT 1")


def test_a_copy_holds_the_rows_and_is_made_again_when_it_is_due(role: Role, shop: Database) -> None:
    wait_until(lambda: len(shop.copies()) == 1, PATIENCE_SECONDS)
    # The container that makes copies looks when it begins.
    shop.begin_copies_anew()
    wait_until(lambda: len(shop.copies()) == 2, PATIENCE_SECONDS)
    assert "INSERT INTO `orders` VALUES" in shop.copy(shop.copies()[-1])


def test_a_copy_read_back_brings_the_rows_back(role: Role, shop: Database) -> None:
    shop.ask("DROP TABLE orders")
    shop.read_back(shop.copies()[-1])
    assert shop.ask("SELECT id FROM orders") == "41"


def test_its_pod_is_hardened(role: Role) -> None:
    def items(kind: str) -> list[dict[str, Any]]:
        words = ("-n", role.namespace, "get", kind, "--output=json")
        return list(json.loads(role.cluster.kubectl(*words))["items"])

    found = Namespace(items("statefulsets"), items("networkpolicies"), frozenset())
    assert found.findings() == {"mysql": []}


def test_after_kill_9_it_heals_with_its_rows(role: Role, shop: Database) -> None:
    before = shop.pods()
    shop.kill()
    wait_until(lambda: shop.pods() not in ([], before) and shop.is_ready(), PATIENCE_SECONDS)
    assert shop.ask("SELECT id FROM orders") == "41"


def test_uninstalling_leaves_the_volume_and_installing_again_finds_the_rows(
    role: Role, image: str, shop: Database
) -> None:
    role.install(SMALL, image=image, tasks="absent")
    listed = json.loads(role.cluster.kubectl("-n", role.namespace, "get", "all,pvc", "-o", "json"))
    kinds = {item["kind"] for item in listed["items"] if not _ending(item)}
    assert kinds == {"PersistentVolumeClaim"}
    role.install(SMALL, image=image)
    assert shop.ask("SELECT id FROM orders") == "41"


def _ending(item: dict[str, Any]) -> bool:
    return "deletionTimestamp" in item["metadata"]
