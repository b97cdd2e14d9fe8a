"""The S3-compatible object store as our services use it: put once, get, list.

Path-style addresses, any endpoint; an object, once written, is never replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec
import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import S3Store

from stratum.errors import StratumError
from stratum.settings import read_secret


class S3Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    endpoint: str
    access_key_file: Path
    secret_key_file: Path
    bucket: str = "stratum-raw"
    region: str = "us-east-1"


class StorageError(StratumError):
    """The store could not be reached, or refused."""

    code = "storage_unavailable"


class ObjectNotFoundError(StorageError):
    code = "object_not_found"


@dataclass(frozen=True, slots=True)
class StoredObject:
    key: str
    size: int
    etag: str


class ObjectStore:
    """Blocking calls; safe to share between threads. Retries are the caller's affair."""

    def __init__(self, settings: S3Settings, *, timeout_seconds: float = 30.0) -> None:
        self.place = f"{settings.endpoint.rstrip('/')}/{settings.bucket}"
        self._store = S3Store(
            settings.bucket,
            endpoint=settings.endpoint,
            region=settings.region,
            access_key_id=read_secret(settings.access_key_file),
            secret_access_key=read_secret(settings.secret_key_file),
            virtual_hosted_style_request=False,
            client_options={
                "allow_http": settings.endpoint.startswith("http://"),
                "connect_timeout": timedelta(seconds=5),
                "timeout": timedelta(seconds=timeout_seconds),
            },
            retry_config={"max_retries": 0, "retry_timeout": timedelta(seconds=timeout_seconds)},
        )

    def put_if_absent(self, key: str, body: bytes) -> bool:
        """False when the key was already taken: nothing was written then."""
        with self._errors(key):
            try:
                obstore.put(self._store, key, body, mode="create", use_multipart=False)
            except AlreadyExistsError:
                return False
        return True

    def get(self, key: str) -> bytes:
        with self._errors(key):
            return bytes(obstore.get(self._store, key).bytes())

    def list_objects(self, prefix: str = "") -> Iterator[StoredObject]:
        """In the order of their keys, fetched page by page."""
        with self._errors(prefix):
            for page in obstore.list(self._store, prefix=prefix or None):
                for item in page:
                    yield StoredObject(item["path"], item["size"], item["e_tag"] or "")

    def check(self) -> None:
        """Raises when the bucket cannot be listed: absent, unreachable or not allowed."""
        with self._errors(""):
            next(iter(obstore.list(self._store, chunk_size=1)), None)

    @contextmanager
    def _errors(self, key: str) -> Iterator[None]:
        where = f"{self.place}/{key}" if key else self.place
        try:
            yield
        except (NotFoundError, FileNotFoundError) as error:
            raise ObjectNotFoundError("there is no such object", where=where) from error
        except (BaseError, OSError) as error:
            raise StorageError(_in_words(str(error)), where=where) from error


def _in_words(text: str) -> str:
    """The library's text holds the whole answer and its own internals; we keep the cause."""
    answered = re.search(r"<Code>(\w+)</Code>(?:<Message>([^<]*)</Message>)?", text)
    if answered:
        return f"the store refused: {answered[1]}: {answered[2] or 'no reason given'}"
    if "error sending request" in text:
        return "the store cannot be reached"
    return text.strip().splitlines()[0]
