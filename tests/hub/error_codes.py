"""Every code that the sources can raise, read from the sources themselves.

An error is a class that descends from one of the four roots.  Its code is what its call
gives, else its class's.  Where the call passes a parameter on, whoever calls that function
is asked.  Codes passed on from another error are that other's.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("certs", "metadata", "sp_registry", "hub")
ERROR_ROOTS = frozenset({"CertsError", "MetadataError", "RegistryError", "HubError"})


@dataclass
class ErrorClass:
    """One class of errors: what its call takes, and its code where the call names none."""

    bases: Sequence[str]
    code: str | None
    parameters: Sequence[str] | None


@dataclass
class Module:
    name: str
    tree: ast.Module
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)


def raised_codes() -> dict[str, set[str]]:
    """Each code with the modules that raise it."""
    modules = [read(path) for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]
    classes = {name: known for module in modules for name, known in classes_of(module)}
    errors = {name for name in classes if is_error(name, classes)}
    found: dict[str, set[str]] = {}
    for module in modules:
        for code in codes_of(module, classes, errors):
            found.setdefault(code, set()).add(module.name)
    return found


def read(path: Path) -> Module:
    tree = ast.parse(path.read_text("utf-8"))
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    functions = {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    return Module(name, tree, functions)


def classes_of(module: Module) -> Iterator[tuple[str, ErrorClass]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            yield node.name, ErrorClass(
                [name_of(base) for base in node.bases],
                next((value for n in node.body for value in assigned_code(n)), None),
                next((positional(n)[1:] for n in node.body if is_init(n)), None),
            )


def assigned_code(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Assign) and name_of(node.targets[0]) == "code":
        yield from constants(node.value)


def is_init(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == "__init__"


def positional(node: ast.stmt) -> list[str]:
    assert isinstance(node, ast.FunctionDef)
    return [each.arg for each in (*node.args.posonlyargs, *node.args.args)]


def parameters(node: ast.FunctionDef) -> list[str]:
    return [*positional(node), *(each.arg for each in node.args.kwonlyargs)]


def is_error(name: str, classes: dict[str, ErrorClass]) -> bool:
    known = classes.get(name)
    return name in ERROR_ROOTS or (
        known is not None and any(is_error(base, classes) for base in known.bases)
    )


def inherited(name: str, what: str, classes: dict[str, ErrorClass]) -> object:
    known = classes.get(name)
    if known is None:
        return None
    own = getattr(known, what)
    if own is not None:
        return own
    return next(filter(None, (inherited(base, what, classes) for base in known.bases)), None)


def codes_of(module: Module, classes: dict[str, ErrorClass], errors: set[str]) -> Iterator[str]:
    for function, call in calls(module.tree):
        name = name_of(call.func)
        if name not in errors:
            continue
        taken = inherited(name, "parameters", classes)
        assert taken is None or isinstance(taken, list)
        given = argument(call, "code", taken or [])
        if given is not None:
            yield from meant(given, function, module)
        elif isinstance(code := inherited(name, "code", classes), str):
            yield code


def calls(tree: ast.AST, function: str = "") -> Iterator[tuple[str, ast.Call]]:
    """Every call with the function that it stands in."""
    for node in ast.iter_child_nodes(tree):
        inside = node.name if isinstance(node, ast.FunctionDef) else function
        if isinstance(node, ast.Call):
            yield function, node
        yield from calls(node, inside)


def argument(call: ast.Call, name: str, taken: Sequence[str]) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    place = taken.index(name) if name in taken else len(call.args)
    return call.args[place] if place < len(call.args) else None


def meant(given: ast.expr, function: str, module: Module) -> Iterator[str]:
    """The texts that an expression can be: written here, or given by the callers."""
    if isinstance(given, ast.IfExp):
        yield from meant(given.body, function, module)
        yield from meant(given.orelse, function, module)
    elif isinstance(given, ast.Name):
        yield from given_by_callers(given.id, function, module)
    else:
        yield from constants(given)


def given_by_callers(name: str, function: str, module: Module) -> Iterator[str]:
    node = module.functions.get(function)
    if node is None or name not in parameters(node):
        return
    yield from default_of(name, node)
    for caller, call in calls(module.tree):
        if name_of(call.func) == function and caller != function:
            given = argument(call, name, positional(node))
            if given is not None:
                yield from meant(given, caller, module)


def default_of(name: str, node: ast.FunctionDef) -> Iterator[str]:
    by_place = (*node.args.posonlyargs, *node.args.args)
    with_default = by_place[len(by_place) - len(node.args.defaults) :]
    pairs = [
        *zip(with_default, node.args.defaults, strict=True),
        *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
    ]
    for taken, default in pairs:
        if taken.arg == name and default is not None:
            yield from constants(default)


def constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def name_of(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
