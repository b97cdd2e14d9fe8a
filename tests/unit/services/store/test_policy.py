"""Grants become the least rights that serve them."""

from __future__ import annotations

from stratum.store.policy import policy, policy_name
from stratum.store.settings import Grant


def test_a_loader_may_list_and_read_one_bucket() -> None:
    assert policy([Grant("raw", ["read", "list"])]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["s3:GetBucketLocation", "s3:ListBucket"],
                "Resource": ["arn:aws:s3:::raw"],
            },
            {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::raw/*"]},
        ],
    }


def test_who_may_only_write_can_neither_list_nor_delete() -> None:
    [statement] = policy([Grant("raw", ["write"])])["Statement"]
    assert statement["Action"] == ["s3:AbortMultipartUpload", "s3:PutObject"]
    assert statement["Resource"] == ["arn:aws:s3:::raw/*"]


def test_who_keeps_a_retention_may_delete_objects_but_no_bucket() -> None:
    [statement] = policy([Grant("logs", ["delete"])])["Statement"]
    assert statement["Action"] == ["s3:DeleteObject"]
    assert statement["Resource"] == ["arn:aws:s3:::logs/*"]


def test_each_bucket_has_statements_of_its_own() -> None:
    statements = policy([Grant("raw", ["read"]), Grant("logs", ["write"])])["Statement"]
    assert [each["Resource"] for each in statements] == [
        ["arn:aws:s3:::raw/*"],
        ["arn:aws:s3:::logs/*"],
    ]


def test_policies_carry_our_prefix() -> None:
    assert policy_name("etl") == "stratum-etl"
