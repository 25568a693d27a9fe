"""Which substances a Connecticut death record names: flag columns of free text, and two columns of words."""

import re

import polars as pl

from watchfloor.geo.substances import BY_CODE

# flag column of the file, and the substance that it flags
FLAGS = {
    "Heroin": "heroin",
    "Heroin death certificate (DC)": "heroin",
    "Cocaine": "cocaine",
    "Fentanyl": "fentanyl",
    "Fentanyl Analogue": "fentanyl_analogue",
    "Oxycodone": "oxycodone",
    "Oxymorphone": "oxymorphone",
    "Ethanol": "ethanol",
    "Hydrocodone": "hydrocodone",
    "Benzodiazepine": "benzodiazepine",
    "Methadone": "methadone",
    "Meth/Amphetamine": "methamphetamine",
    "Amphet": "amphetamine",
    "Tramad": "tramadol",
    "Hydromorphone": "hydromorphone",
    "Morphine (Not Heroin)": "morphine",
    "Xylazine": "xylazine",
    "Gabapentin": "gabapentin",
    "Opiate NOS": "opiate_nos",
    "Other Opioid": "opioid_other",
}
EITHER = "Heroin/Morph/Codeine"
ANY_OPIOID = "Any Opioid"
WORDS = ("Other Opioid", "Other")
COLUMNS = (*FLAGS, EITHER, ANY_OPIOID, "Other")
_OPIOIDS = (
    *("heroin", "fentanyl", "fentanyl_analogue", "oxycodone", "oxymorphone", "hydrocodone", "methadone", "tramadol"),
    *("hydromorphone", "morphine", "opiate_nos", "opioid_other"),
)
# `Y`, `y`, `Y POPS`, `Y (PTCH)`; anything else that is not a plain no is a remark, not a yes
_YES = r"(?i)^y(?:es)?\b"
_NO = r"(?i)^n(?:o)?$"
# beginnings of the words as the office writes them, with its abbreviations and slips, in order
_SPELLINGS = (
    (r"h[a-z]*[- ]?m?mor|hydrom|hyd-morph", "hydromorphone"),
    (r"(rx )?morph", "morphine"),
    (r"bup(r[^o]|re|rn)", "opioid_other"),
    (r"cod|u-?47700|tapentadol|meperidine|opioid|mitrag|mirtag", "opioid_other"),
    (r"opiate", "opiate_nos"),
    (r"carfentanil", "fentanyl_analogue"),
    (r"xylazine", "xylazine"),
    (r"mdma", "mdma"),
    (r"ket", "ketamine"),
    (r"lsd", "lsd"),
    (r"y(es)?\b|n(o)?$|uk$|quiet|snorted|none", ""),
    (r".", "other"),
)


def named_substances(frame: pl.DataFrame) -> tuple[pl.Series, dict[str, int]]:
    """Substance ids of each row, a sorted list, and counts of what had to be understood.

    frame: all COLUMNS as text. A row that names nothing names `unknown`.
    """
    flagged = frame.select(pl.col(column).str.contains(_YES).fill_null(False) for column in FLAGS)
    codes = [set[str]() for _ in range(frame.height)]
    for column, code in FLAGS.items():
        for row in flagged[column].arg_true():
            codes[row].add(code)
    remarks = 0
    for column in WORDS:
        for row, written in enumerate(frame[column]):
            if written is not None:
                codes[row] |= _understood(written)
    for column in set(FLAGS) - set(WORDS):
        text = frame[column].drop_nulls()
        remarks += int((~text.str.contains(_YES) & ~text.str.contains(_NO)).sum())
    notes = {"flag is a remark and not a yes": remarks} | _complete(frame, codes)
    ids = [sorted(BY_CODE[code].id for code in row) for row in codes]
    return pl.Series("substances", ids, dtype=pl.List(pl.Int16)), notes


def _complete(frame: pl.DataFrame, codes: list[set[str]]) -> dict[str, int]:
    """Add what the two collective flags say where nothing more exact is said."""
    yes = frame.select(pl.col(EITHER, ANY_OPIOID).str.contains(_YES).fill_null(False))
    unspecified = unknown = 0
    for row, (either, any_opioid) in zip(codes, yes.iter_rows(), strict=True):
        if (either and not row & {"heroin", "morphine"}) or (any_opioid and not row & set(_OPIOIDS)):
            row.add("opiate_nos")
            unspecified += 1
        if not row:
            row.add("unknown")
            unknown += 1
    return {"opioid is not specified": unspecified, "no substance is flagged": unknown}


def _understood(written: str) -> set[str]:
    codes = set()
    for word in re.split(r"[,/.;]| and ", written.lower()):
        found = next((code for start, code in _SPELLINGS if re.match(start, word.strip())), "")
        codes.add(found)
    return codes - {""}
