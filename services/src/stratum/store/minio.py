"""MinIO's two interfaces, S3 and administration, as far as the set-up uses them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from minio import Minio, MinioAdmin
from minio.commonconfig import Filter
from minio.credentials.providers import StaticProvider
from minio.error import MinioAdminException, MinioException, S3Error
from minio.lifecycleconfig import Expiration, LifecycleConfig
from minio.lifecycleconfig import Rule as StoredRule
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from stratum.store.errors import StoreAwayError, StoreError
from stratum.store.settings import Keys, Rule, StoreSettings

SECONDS = 15.0
# What a store says that is there but has not found its disks or its users yet.
NOT_YET = ("SlowDown", "XMinioServerNotInitialized", "XMinioIAMNotInitialized", "Status: 503")
OWN_BUCKET = ("BucketAlreadyOwnedByYou", "BucketAlreadyExists")


class Store:
    """Blocking; every call is tried once, repeating is the caller's affair."""

    def __init__(self, settings: StoreSettings, keys: Keys) -> None:
        address = urlsplit(settings.endpoint)
        secure = address.scheme == "https"
        pool = PoolManager(timeout=Timeout(SECONDS), retries=Retry(0))
        access = StaticProvider(keys.admin_access, keys.admin_secret)
        self._where = settings.endpoint
        self._s3 = Minio(
            endpoint=address.netloc,
            credentials=access,
            region=settings.region,
            secure=secure,
            http_client=pool,
        )
        self._admin = MinioAdmin(
            endpoint=address.netloc,
            credentials=access,
            region=settings.region,
            secure=secure,
            http_client=pool,
        )

    def make_bucket(self, name: str) -> bool:
        """False where it is there already."""
        with self._errors(f"bucket {name}"):
            if self._s3.bucket_exists(bucket_name=name):
                return False
            try:
                self._s3.make_bucket(bucket_name=name)
            except S3Error as error:
                if error.code not in OWN_BUCKET:
                    raise
                return False
        return True

    def policies(self) -> dict[str, Any]:
        with self._errors("policies"):
            return dict(json.loads(self._admin.policy_list()))

    def set_policy(self, name: str, document: dict[str, Any]) -> None:
        with self._errors(f"policy {name}"):
            self._admin.policy_add(name, policy=document)

    def remove_policy(self, name: str) -> None:
        with self._errors(f"policy {name}"):
            self._admin.policy_remove(name)

    def users(self) -> dict[str, str]:
        """The names of the users, each with that of its policy."""
        with self._errors("users"):
            found = json.loads(self._admin.user_list())
        return {name: user.get("policyName", "") for name, user in found.items()}

    def set_user(self, name: str, secret: str) -> None:
        """Makes the user, or gives it this secret."""
        with self._errors(f"user {name}"):
            self._admin.user_add(name, secret)

    def set_user_policy(self, name: str, policy: str) -> None:
        with self._errors(f"user {name}"):
            self._admin.policy_set(policy, user=name)

    def remove_user(self, name: str) -> None:
        with self._errors(f"user {name}"):
            self._admin.user_remove(name)

    def accepts(self, name: str, secret: str) -> bool:
        """Whether the user's secret is this one, whatever the user may do."""
        with self._errors(f"user {name}"):
            try:
                self._as(name, secret).list_buckets()
            except S3Error as error:
                if error.code in ("SignatureDoesNotMatch", "InvalidAccessKeyId"):
                    return False
                if error.code != "AccessDenied":
                    raise
        return True

    def lifecycle(self, bucket: str) -> dict[str, Rule | None]:
        """The bucket's rules by id; None stands for one that is more than a prefix and an age."""
        with self._errors(f"bucket {bucket}"):
            try:
                found = self._s3.get_bucket_lifecycle(bucket_name=bucket)
            except ValueError:
                # Kinds of rules that this client does not know: certainly not ours.
                return {"of an unknown kind": None}
        rules = found.rules if found else []
        return {rule.rule_id or "without id": _plain(rule, bucket) for rule in rules}

    def set_lifecycle(self, bucket: str, rules: Mapping[str, Rule]) -> None:
        """Takes the place of all rules that the bucket had."""
        with self._errors(f"bucket {bucket}"):
            if not rules:
                self._s3.delete_bucket_lifecycle(bucket_name=bucket)
                return
            stored = [
                StoredRule(
                    status="Enabled",
                    rule_filter=Filter(prefix=rule.prefix),
                    rule_id=name,
                    expiration=Expiration(days=rule.days),
                )
                for name, rule in rules.items()
            ]
            self._s3.set_bucket_lifecycle(bucket_name=bucket, config=LifecycleConfig(rules=stored))

    def _as(self, name: str, secret: str) -> Minio:
        address = urlsplit(self._where)
        pool = PoolManager(timeout=Timeout(SECONDS), retries=Retry(0))
        return Minio(
            endpoint=address.netloc,
            access_key=name,
            secret_key=secret,
            secure=address.scheme == "https",
            http_client=pool,
        )

    @contextmanager
    def _errors(self, what: str) -> Iterator[None]:
        where = f"{self._where}, {what}"
        try:
            yield
        except (HTTPError, OSError) as error:
            raise StoreAwayError("the store cannot be reached", where=where) from error
        except S3Error as error:
            kind = StoreAwayError if error.code in NOT_YET else StoreError
            raise kind(f"the store refused: {error.code}: {error.message}", where=where) from error
        except MinioAdminException as error:
            kind = StoreAwayError if any(text in str(error) for text in NOT_YET) else StoreError
            raise kind(f"the store refused: {error}", where=where) from error
        except MinioException as error:
            raise StoreAwayError(f"no answer of a store: {error}", where=where) from error


def _plain(rule: StoredRule, bucket: str) -> Rule | None:
    prefix = rule.rule_filter.prefix if rule.rule_filter else None
    days = rule.expiration.days if rule.expiration else None
    more = (
        rule.abort_incomplete_multipart_upload,
        rule.noncurrent_version_expiration,
        rule.noncurrent_version_transition,
        rule.transition,
    )
    if rule.status != "Enabled" or not prefix or not days or any(more):
        return None
    if rule.expiration != Expiration(days=days):
        return None
    return Rule(bucket, prefix, days)
