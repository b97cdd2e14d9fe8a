"""What an API server's error means, as one of this room's errors with its cure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from . import problem

Status = dict[str, Any]
# A source that does not fit the kind's schema is answered with 500.
UNFIT = re.compile(
    r"failed to create typed patch object \([^)]*\): (?P<what>(?P<path>\.[^:\s]*).*)"
)
VALUE = re.compile(r"(?<=: )[\[{].*[\]}](?=: )", re.DOTALL)
LONGEST = 300  # characters of one fault; API servers print whole objects
MANAGER = re.compile(r'conflict with "(?P<manager>[^"]*)"(?P<rest>.*)')
# How the API server words that a field cannot change; it has no reason code of its own for it.
UNCHANGEABLE = re.compile(
    r"immutable|may not change once set|cannot change roleRef"
    r"|updates to \w+ spec for fields other than|updates may not change fields other than",
    re.IGNORECASE,
)
RECREATE = "stratum.platform/recreate"
NEVER_RECREATED = ("PersistentVolumeClaim", "CustomResourceDefinition", "Namespace")
HIDDEN = "its words are not shown, as they may hold the secret"


def explain(code: int, body: bytes, where: str, kind: str = "") -> problem.KubeError:
    """The error that an answer with this HTTP status stands for.

    Args:
        code: the HTTP status.
        body: what came with it, a `Status` object or any text.
        where: the object or address that was asked.
        kind: of the object; what is said of a Secret is not repeated.
    """
    status = _status(body)
    said = str(status.get("message") or "").strip()
    shown = _shown(status) if kind != "Secret" else _without_words(status)
    reason = status.get("reason", "")
    if code == 401:
        return problem.Unauthorized(
            "the API server does not accept the credentials: they are wrong or have expired",
            where,
            "log in to the cluster again, or write the kubeconfig anew",
        )
    if code == 403:
        return _forbidden(status, shown, where)
    if code == 404:
        return _not_found(status, shown, where)
    if code == 409:
        return _conflict(status, shown, where, reason)
    if code == 410:
        return problem.Expired(shown, where, "list again")
    if code in (400, 415, 422) or UNFIT.search(said):
        return _invalid(said, shown, where, kind)
    return problem.Refused(
        f"the API server answers {code}{f': {shown}' if shown else ''}",
        where,
        "if a webhook is named, look at its pods; else at the API server's log",
    )


def _status(body: bytes) -> Status:
    try:
        found = json.loads(body)
    except ValueError:
        return {"message": body.decode(errors="replace")[:500]}
    return found if isinstance(found, dict) and found.get("kind") == "Status" else {}


def _causes(status: Status) -> list[dict[str, Any]]:
    return list((status.get("details") or {}).get("causes") or [])


def _shown(status: Status) -> str:
    """The faults, a field each, without the values that are printed with them."""
    said = str(status.get("message") or "")
    unfit = UNFIT.search(said)
    if unfit:
        return _short(unfit["what"])
    faults = [
        f"{cause['field']}: {_short(str(cause.get('message')))}"
        for cause in _causes(status)
        if cause.get("field")
    ]
    return "; ".join(dict.fromkeys(faults)) or _short(said)


def _short(text: str) -> str:
    text = VALUE.sub("…", text.partition("\n@@")[0])
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _without_words(status: Status) -> str:
    fields = ", ".join(str(c["field"]) for c in _causes(status) if c.get("field"))
    unfit = UNFIT.search(str(status.get("message") or ""))
    fields = fields or (unfit["path"] if unfit else "")
    reason = status.get("reason") or ("not of the kind's form" if unfit else "an error")
    return f"{reason}{f' at {fields}' if fields else ''} ({HIDDEN})"


def _forbidden(status: Status, shown: str, where: str) -> problem.KubeError:
    if any(cause.get("reason") == "NamespaceTerminating" for cause in _causes(status)):
        return terminating(where)
    if "exceeded quota" in shown:
        return problem.Forbidden(shown, where, "raise the quota, or ask for less")
    if " cannot " in shown:
        return problem.Forbidden(
            shown, where, "give the account this permission, or use another context"
        )
    return problem.Forbidden(
        shown, where, "correct the object, what it names, or the admission rule that refuses it"
    )


def terminating(where: str, evidence: Sequence[str] = ()) -> problem.Terminating:
    """The namespace is on its way out; nothing can be made in it."""
    return problem.Terminating(
        "its namespace is being deleted",
        where,
        "wait until it is gone; if it stays, `kubectl get namespace <name> -o yaml` names "
        "what holds it (a finalizer, or an API that does not answer)",
        evidence,
    )


def _not_found(status: Status, shown: str, where: str) -> problem.KubeError:
    details = status.get("details") or {}
    if details.get("kind") == "namespaces":
        return problem.NotFound(
            f"the namespace {details.get('name')} does not exist",
            where,
            "put it in the sources, or make it first",
        )
    if details.get("name"):
        return problem.NotFound(shown, where, "")
    return problem.UnknownKind(
        "the API server serves no such kind", where, "install what defines it first"
    )


def _conflict(status: Status, shown: str, where: str, reason: str) -> problem.KubeError:
    owners = [_owned(cause) for cause in _causes(status) if "FieldManagerConflict" in str(cause)]
    if owners:
        return problem.Conflict(
            f"fields belong to others: {'; '.join(owners)}",
            where,
            "take the fields out of the source, or set `force: true` to take them over",
        )
    if reason == "AlreadyExists":
        return problem.AlreadyExists(shown, where, "")
    return problem.Outdated(shown, where, "run again")


def _owned(cause: dict[str, Any]) -> str:
    found = MANAGER.match(str(cause.get("message")))
    return f"{cause.get('field')} to {found['manager'] if found else 'another manager'}"


def _invalid(said: str, shown: str, where: str, kind: str) -> problem.KubeError:
    if not UNCHANGEABLE.search(said):
        return problem.Invalid(
            f"the API server refuses it: {shown}", where, "correct the object in its source"
        )
    cure = (
        f"keep the old value, or give the object the annotation {RECREATE}: "
        '"true": it is then deleted and made anew'
    )
    if kind in NEVER_RECREATED:
        cure = "keep the old value, or make one with another name and move what it holds"
    return problem.Immutable(f"a field cannot change: {shown}", where, cure)
