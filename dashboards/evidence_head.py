"""The numbers at the head of the evidence: each a button that copies it as a citation."""

from pathlib import Path

import param
from panel.custom import JSComponent

_HERE = Path(__file__).parent


class EvidenceHead(JSComponent):
    """Numbers side by side; texts are set as text. The key y copies the first one."""

    numbers = param.List(default=[], item_type=dict, doc="Each: value, unit, title, citation, is_rough.")

    _esm = _HERE / "evidence_head.js"
    _stylesheets = [str(_HERE / "evidence_head.css")]  # noqa: RUF012 - Panel reads it from the class
