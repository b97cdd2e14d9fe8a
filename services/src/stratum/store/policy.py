"""From grants to the policy document that the store enforces. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stratum.store.settings import Action, Grant

PREFIX = "stratum-"
ON_BUCKET: dict[Action, tuple[str, ...]] = {
    "list": ("s3:GetBucketLocation", "s3:ListBucket"),
}
# Who may write may not delete: a raw object, once written, stays.
ON_OBJECTS: dict[Action, tuple[str, ...]] = {
    "delete": ("s3:DeleteObject",),
    "read": ("s3:GetObject",),
    "write": ("s3:AbortMultipartUpload", "s3:PutObject"),
}


def policy_name(user: str) -> str:
    """The prefix tells our policies, and so our users, from those that others made."""
    return f"{PREFIX}{user}"


def policy(grants: Sequence[Grant]) -> dict[str, Any]:
    """What is not granted here is denied by the store."""
    statements = []
    for grant in grants:
        for table, resource in ((ON_BUCKET, grant.bucket), (ON_OBJECTS, f"{grant.bucket}/*")):
            allowed = sorted({name for action in grant.actions for name in table.get(action, ())})
            if allowed:
                statements.append(
                    {
                        "Effect": "Allow",
                        "Action": allowed,
                        "Resource": [f"arn:aws:s3:::{resource}"],
                    }
                )
    return {"Version": "2012-10-17", "Statement": statements}
