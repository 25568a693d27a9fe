"""No HTML pane is shown and hidden by itself: in Panel 1.10.0 it throws when told so before it was drawn."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def hidden_panes(source: str) -> list[str]:
    """Where an HTML pane, or a name that holds one, is told whether it is visible."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    panes = {id(call) for call in calls if ast.unparse(call.func) in {"pn.pane.HTML", "_sheet"}}
    held = {
        ast.unparse(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and any(id(part) in panes for part in ast.walk(node.value))
        for target in node.targets
        for target in (target.elts if isinstance(target, ast.Tuple) else [target])
        if not isinstance(node.value, ast.Call) or id(node.value) in panes
    }
    told = [
        ast.unparse(call)
        for call in calls
        if any(keyword.arg == "visible" for keyword in call.keywords)
        and (id(call) in panes or ast.unparse(call.func).removesuffix(".param.update") in held)
    ]
    set_ = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(one, ast.Attribute) and one.attr == "visible" and ast.unparse(one.value) in held
                for one in node.targets)
    ]  # fmt: skip
    return told + set_


@pytest.mark.parametrize(
    "source",
    [
        "x = pn.pane.HTML('', visible=False)",
        "self._a = pn.pane.HTML('')\nself._a.visible = True",
        "self._a, self._b = (_sheet() for _ in range(2))\nself._b.visible = True",
        "self._a = pn.pane.HTML('')\nself._a.param.update(object='x', visible=True)",
    ],
)
def test_the_check_finds_what_it_is_for(source: str) -> None:
    assert len(hidden_panes(source)) == 1


def test_no_html_pane_is_told_whether_it_is_visible() -> None:
    found = {
        str(path.relative_to(ROOT)): panes
        for path in sorted((ROOT / "dashboards").rglob("*.py"))
        if (panes := hidden_panes(path.read_text()))
    }

    assert found == {}
