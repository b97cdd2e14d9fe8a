"""The S3 client of the services against a real SeaweedFS."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from stratum.storage import ObjectNotFoundError, ObjectStore, S3Settings, StorageError


def open_store(bucket, folder) -> ObjectStore:
    access, secret = bucket.write_keys(folder)
    return ObjectStore(
        S3Settings(
            endpoint=bucket.endpoint,
            bucket=bucket.name,
            access_key_file=access,
            secret_key_file=secret,
        )
    )


def test_an_object_is_written_once_and_read_back(object_store, tmp_path):
    store = open_store(object_store.bucket(), tmp_path)

    written = [store.put_if_absent("dt=1/a", b"first"), store.put_if_absent("dt=1/a", b"second")]

    assert written == [True, False]
    assert store.get("dt=1/a") == b"first"


def test_of_several_writers_exactly_one_wins(object_store, tmp_path):
    store = open_store(object_store.bucket(), tmp_path)

    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(lambda n: store.put_if_absent("one", b"%d" % n), range(8)))

    assert won.count(True) == 1
    assert store.get("one") == b"%d" % won.index(True)


def test_objects_are_listed_in_order_below_a_prefix(object_store, tmp_path):
    store = open_store(object_store.bucket(), tmp_path)
    for key in ("b/2", "a/1", "b/1"):
        store.put_if_absent(key, b"xyz")

    assert [(item.key, item.size) for item in store.list_objects("b")] == [("b/1", 3), ("b/2", 3)]
    assert [item.key for item in store.list_objects()] == ["a/1", "b/1", "b/2"]


def test_what_is_not_there_is_told_from_what_cannot_be_reached(object_store, tmp_path):
    bucket = object_store.bucket()
    place = f"{bucket.endpoint}/{bucket.name}"

    with pytest.raises(ObjectNotFoundError) as missing:
        open_store(bucket, tmp_path).get("none")
    with pytest.raises(StorageError) as refused:
        open_store(replace(bucket, secret_key="wrong"), tmp_path).check()
    with pytest.raises(StorageError) as away:
        open_store(replace(bucket, endpoint="http://127.0.0.1:9"), tmp_path).check()

    assert str(missing.value) == f"{place}/none: there is no such object"
    assert str(refused.value).startswith(f"{place}: the store refused: SignatureDoesNotMatch: ")
    assert str(away.value) == f"http://127.0.0.1:9/{bucket.name}: the store cannot be reached"
