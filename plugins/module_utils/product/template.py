"""Renders a product's template: sandboxed, strict, and knowing where each line comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .parts import LINE_END, Whole
from .problem import Problem, choose

# What an expression of a template can raise by itself.
FAULTS = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Section(dict[str, Any]):
    """A named mapping of the template's context; its entries come before a dict's methods."""

    def __init__(self, name: str, entries: Mapping[str, Any]) -> None:
        super().__init__(entries)
        self.name = name


@dataclass(frozen=True)
class Rendered:
    """The text, and for each of its lines the `file:line` of the template that gave it."""

    text: str
    places: tuple[str, ...]


def render(
    name: str, whole: Whole, context: Mapping[str, Any], problems: list[Problem]
) -> Rendered | None:
    """Render the template of that name; what is wrong with it is added to `problems`."""
    environment = _Environment(
        undefined=_Undefined, finalize=_as_yaml, keep_trailing_newline=True, trim_blocks=True,
        lstrip_blocks=True, autoescape=False,
    )  # fmt: skip
    try:
        tree = environment.parse(whole.text, name, name)
        literals = _split_output(tree)
        code = environment.compile(tree, name, name)
    except TemplateSyntaxError as error:
        problems.append(_problem(whole, error.lineno, error.message or "", "syntax"))
        return None
    template = Template.from_code(environment, code, environment.globals)
    try:
        text, lines = _rendered(template, context, literals)
    except FAULTS as error:
        problems.append(_fault(whole, _template_line(template, name, error.__traceback__), error))
        return None
    return Rendered(text, tuple(map(whole.place, lines)))


def _rendered(
    template: Template, context: Mapping[str, Any], literals: frozenset[tuple[int, str]]
) -> tuple[str, list[int]]:
    """Run the template piece by piece: the generator's own line tells where each piece is from."""
    sections = {
        name: Section(name, value) if isinstance(value, Mapping) else value
        for name, value in context.items()
    }
    pieces: list[str] = []
    lines: list[int] = []
    at_start = True
    generator: Any = template.root_render_func(template.new_context(sections))
    for piece in generator:
        line = template.get_corresponding_lineno(generator.gi_frame.f_lineno)
        literal = (line, piece) in literals
        for offset, part in enumerate(piece.splitlines(keepends=True)):
            if at_start:
                lines.append(line + offset if literal else line)
            at_start = part.endswith("\n")
        pieces.append(piece)
    # The end of the text counts as a line: the parser may find its fault only there.
    return "".join(pieces), [*lines, lines[-1] if lines else 1]


def _split_output(tree: nodes.Template) -> frozenset[tuple[int, str]]:
    """Give every literal and expression an output node, thus a line, of its own."""
    literals: set[tuple[int, str]] = set()

    def split(body: list[nodes.Node]) -> Iterator[nodes.Node]:
        for node in body:
            if not isinstance(node, nodes.Output):
                yield node
                continue
            for item in node.nodes:
                if isinstance(item, nodes.TemplateData):
                    literals.add((item.lineno, item.data))
                yield nodes.Output([item], lineno=item.lineno)

    for parent in [tree, *tree.find_all(nodes.Node)]:
        for name in ("body", "else_"):
            body = getattr(parent, name, None)
            if isinstance(body, list):
                setattr(parent, name, list(split(body)))
    return frozenset(literals)


def _template_line(template: Template, name: str, trace: TracebackType | None) -> int:
    line = 1
    while trace:
        if trace.tb_frame.f_code.co_filename == name:
            line = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line


def _fault(whole: Whole, line: int, error: Exception) -> Problem:
    if isinstance(error, _UndefinedNameError):
        return Problem(whole.place(line), error.what, error.cure)
    return _problem(whole, line, str(error), "evaluation")


def _problem(whole: Whole, line: int, said: str, kind: str) -> Problem:
    quoted = LINE_END.split(whole.text)[line - 1].strip()
    return Problem(
        where=whole.place(line),
        what=f"{kind} of the template: {said}; the line reads `{quoted}`",
        cure="correct the Jinja2 expression on this line",
    )


class _UndefinedNameError(TemplateError):
    """A name that the context does not have."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(what)
        self.what = what
        self.cure = cure


class _Undefined(StrictUndefined):
    """Names the variable with its section, and the nearest one that there is."""

    @property
    def _undefined_message(self) -> str:
        section, name = self._undefined_obj, self._undefined_name or ""
        if isinstance(section, Section):
            noun = f"entries of {section.name}" if section.name != "parameters" else "parameters"
            raise _UndefinedNameError(
                f"`{section.name}.{name}` is not defined", choose(name, list(section), noun)
            )
        if self._undefined_hint is None and isinstance(name, str):
            names = ["parameters", "machines", "clusters", "release", "environment"]
            raise _UndefinedNameError(f"`{name}` is not defined", choose(name, names, "variables"))
        return str(super()._undefined_message)


class _Generator(CodeGenerator):
    """Notes the template's line for literals too; Jinja2 itself does so for expressions only."""

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802  (Jinja2's name)
        self.newline(node)
        super().visit_Output(node, frame)


class _Environment(ImmutableSandboxedEnvironment):
    """Prefers an entry of a section to a dict's method of the same name."""

    code_generator_class = _Generator

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401  (Jinja2's own interface)
        if isinstance(obj, Section) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


def _as_yaml(value: Any) -> Any:  # noqa: ANN401  (Jinja2's own interface)
    """Values that are not text are written as YAML understands them, not as Python does."""
    if value is None or isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value
