"""The one place for colours, sizes and fonts: pages, charts and the sign-in page all take them from here.

Fonts are the machine's own; nothing is fetched. Colours of map layers stand in `layers`, not here.
"""

from dataclasses import asdict, dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by their duty; every text colour has a contrast of 4.5 or more on ground and surface."""

    ground: str
    surface: str
    raised: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    on_accent: str
    good: str
    warn: str
    bad: str


DARK: Final = Palette(
    ground="#0a0f16",
    surface="#101823",
    raised="#182332",
    line="#24334a",
    text="#d8e0ea",
    muted="#94a2b5",
    faint="#75849a",
    accent="#62b0ee",
    on_accent="#06121f",
    good="#59b98c",
    warn="#e3b341",
    bad="#f0716a",
)

LIGHT: Final = Palette(
    ground="#f4f6f9",
    surface="#ffffff",
    raised="#e9eef4",
    line="#c9d3df",
    text="#15202d",
    muted="#4a5a6d",
    faint="#5d6c7f",
    accent="#0b62a8",
    on_accent="#ffffff",
    good="#1d6e47",
    warn="#7d5700",
    bad="#b3261e",
)

# the band of an exercise: unmistakable in both modes, so it belongs to neither palette
EXERCISE_GROUND: Final = "#f2b53a"
EXERCISE_TEXT: Final = "#16110a"

FONT: Final = '"Inter", "Segoe UI", "Noto Sans", "Liberation Sans", "Helvetica Neue", Arial, sans-serif'
FONT_FIXED: Final = '"JetBrains Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace'

SIZES: Final = {
    "text-size": "14px",
    "small": "12px",
    "large": "18px",
    "title": "24px",
    "gap": "16px",
    "radius": "6px",
    "header": "48px",
    "band": "22px",
    "panel": "430px",
    # a hundredth of the window in the page's own pixels: a wall's are larger, see page.css
    "vw": "1vw",
    "vh": "1vh",
}


def stylesheet() -> str:
    """The CSS variables: dark, light where the document asks for it, and what Panel's widgets take from them."""
    shared = {f"wf-{name}": value for name, value in SIZES.items()}
    shared |= {
        "wf-font": FONT,
        "wf-font-fixed": FONT_FIXED,
        "wf-exercise-ground": EXERCISE_GROUND,
        "wf-exercise-text": EXERCISE_TEXT,
        "design-background-color": "var(--wf-surface)",
        "design-background-text-color": "var(--wf-text)",
        "design-surface-color": "var(--wf-raised)",
        "design-surface-text-color": "var(--wf-text)",
        "design-primary-color": "var(--wf-accent)",
        "design-primary-text-color": "var(--wf-on-accent)",
    }
    return _block(":root", {"color-scheme": "dark"}, _variables(DARK), shared) + _block(
        ':root[data-theme="light"]', {"color-scheme": "light"}, _variables(LIGHT)
    )


def _variables(palette: Palette) -> dict[str, str]:
    return {f"wf-{name.replace('_', '-')}": value for name, value in asdict(palette).items()}


def _block(selector: str, properties: dict[str, str], *variables: dict[str, str]) -> str:
    lines = [f"  {name}: {value};\n" for name, value in properties.items()]
    lines += [f"  --{name}: {value};\n" for group in variables for name, value in group.items()]
    return f"{selector} {{\n{''.join(lines)}}}\n"
