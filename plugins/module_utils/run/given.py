"""Secrets that an environment gives in an encrypted file: what the file says, and is it right.

It knows neither how the file is decrypted nor who asks. No message holds a value.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..product.document import Document, read
from ..product.problem import Problem, choose
from ..product.schema import kind_of
from ..product.sources import File

Name = tuple[str, str]  # component and key
Declared = Mapping[str, Mapping[str, Mapping[str, Any]]]
Decrypt = Callable[["Source"], str]


@dataclass(frozen=True)
class Source:
    """The file; `name` is what messages call it, `kind` is vault or sops."""

    kind: str
    name: str
    path: Path
    generates_missing: bool

    @classmethod
    def of(cls, variables: Mapping[str, Any]) -> Source | None:
        """That of an environment's variables (docs/contracts.md §2); None where there is none."""
        said = variables.get("stratum_secrets_file")
        if said is None:
            return None
        path = Path(str(said["path"]))
        return cls(str(said["kind"]), str(said["name"]), path, said["missing"] == "generate")

    @property
    def edit(self) -> str:
        """The command with which a person changes it."""
        program = "ansible-vault edit" if self.kind == "vault" else "sops"
        return f"{program} {self.name}"


class DecryptError(Exception):
    """A file cannot be decrypted."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(what)
        self.what = what
        self.cure = cure


@dataclass(frozen=True)
class Given:
    """The sound values of a file, and what is wrong with the others."""

    values: Mapping[Name, str]
    problems: tuple[Problem, ...] = ()


def given(source: Source, decrypt: Decrypt, declared: Declared) -> Given:
    """What the file gives, checked against the secrets that the product's components declare."""
    try:
        text = decrypt(source)
    except DecryptError as error:
        return Given({}, (Problem(source.name, error.what, error.cure),))
    problems: list[Problem] = []
    document = read(File(source.name, text), problems)
    if document.value is None or problems:
        return Given({}, tuple(_unreadable(source, document, problems)))
    values = dict(_values(source, document, declared, problems))
    return Given(values, tuple(problems))


def missing(
    source: Source, found: Given, wanted: Collection[Name], declared: Declared
) -> Problem | None:
    """The secrets in use that the file has to give and does not: told as one problem."""
    lacking = sorted(
        name
        for name in set(wanted) - set(found.values)
        if not (source.generates_missing and may_be_generated(declared, name))
    )
    if not lacking or found.problems:
        return None
    names = ", ".join(f"{component}.{key}" for component, key in lacking)
    what = f"it gives no value for {names}"
    cure = f"add {'them' if len(lacking) > 1 else 'it'} with `{source.edit}`"
    if all(may_be_generated(declared, name) for name in lacking):
        cure += (
            ", or let what is missing be generated: `missing: generate` beside the file's name in "
            "the environment"
        )
    return Problem(source.name, what, cure)


def may_be_generated(declared: Declared, name: Name) -> bool:
    """Whether a value may be drawn; the password of a registry is whatever the registry says."""
    component, key = name
    return not declared.get(component, {}).get(key, {}).get("given", False)


def _unreadable(source: Source, document: Document, problems: list[Problem]) -> Iterator[Problem]:
    """What the reader found. Where that is the syntax, it quotes a line, which may be a secret."""
    if document.value is not None:
        yield from problems
        return
    where = problems[0].where if problems else source.name
    what = "what it decrypts to is not valid YAML" if problems else "it is empty"
    yield Problem(where, what, f"write a map {{component: {{key: value}}}}: `{source.edit}`")


def _values(
    source: Source, document: Document, declared: Declared, problems: list[Problem]
) -> Iterator[tuple[Name, str]]:
    """The sound values; the others go to `problems`."""

    def problem(path: tuple[str, ...], what: str, cure: str) -> None:
        where = document.where(*path) if source.kind == "vault" else source.name
        problems.append(Problem(where, what, cure, key=".".join(path) or None))

    if not isinstance(document.value, Mapping):
        what = f"it holds {kind_of(document.value)}, not a map of components"
        problem((), what, "write {component: {key: value}}")
        return
    for component, keys in document.value.items():
        if component not in declared:
            what = f"no component `{component}` of this product has secrets"
            problem((component,), what, choose(component, list(declared), "components with some"))
        elif not isinstance(keys, Mapping):
            what = f"the secrets of `{component}` are {kind_of(keys)}, not a map"
            problem((component,), what, "write {component: {key: value}}")
        else:
            for key, value in keys.items():
                wrong = _wrong(component, key, value, declared[component])
                if wrong:
                    problem((component, key), *wrong)
                else:
                    yield (component, key), value


def _wrong(
    component: str, key: str, value: object, declared: Mapping[str, Mapping[str, Any]]
) -> tuple[str, str] | None:
    """What is wrong with a value, and the cure; never the value itself."""
    if key not in declared:
        what = f"`{component}` has no secret `{key}`"
        return what, choose(key, list(declared), f"secrets of {component}")
    if not isinstance(value, str):
        return f"the value is {kind_of(value)}, not text", "put it between quotes"
    if not value or value != value.strip():
        what = "the value begins or ends with white space" if value else "the value is empty"
        return what, "write the value alone; a text of several lines after `|-`"
    prefix = str(declared[key].get("prefix", ""))
    if not value.startswith(prefix):
        return f"the value does not begin with `{prefix}`", f"write `{prefix}` before it"
    return None
