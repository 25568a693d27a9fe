"""A mapping as the text of its file."""

import json
from collections.abc import Mapping
from typing import Any


def toml_of(mapping: Mapping[str, Any]) -> str:
    """A mapping as TOML: plain keys first, then its sections."""
    plain = [f"{key} = {_toml(value)}" for key, value in mapping.items() if not _is_section(value)]
    parts = ["\n".join(plain)]
    for key, value in mapping.items():
        if isinstance(value, dict):
            parts.append(_toml_section(f"[{key}]", value))
        elif _is_section(value):
            parts += [_toml_section(f"[[{key}]]", each) for each in value]
    return "\n\n".join(parts) + "\n"


def _is_section(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _toml_section(head: str, section: Mapping[str, Any]) -> str:
    return "\n".join([head, *(f"{key} = {_toml(value)}" for key, value in section.items())])


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(key)} = {_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    # JSON's escapes are TOML's, but for DEL, which TOML wants escaped
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
