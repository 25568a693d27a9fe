"""Controlled vocabulary of substances: ids, codes, names and the words that sources use for them."""

import re
from dataclasses import dataclass

ANY = 0


@dataclass(frozen=True, slots=True)
class Substance:
    """One entry; `id` is stable and also numbers the substance's bit in a mask (1 << id)."""

    id: int
    code: str
    name: str
    synonyms: tuple[str, ...] = ()


SUBSTANCES: tuple[Substance, ...] = (
    Substance(1, "cocaine", "Cocaine", ("coke", "cocaine hydrochloride", "crack", "crack cocaine", "cocaine base")),
    Substance(2, "heroin", "Heroin", ("diamorphine", "black tar heroin")),
    Substance(3, "fentanyl", "Fentanyl", ("fent", "illicitly manufactured fentanyl")),
    Substance(4, "fentanyl_analogue", "Fentanyl analogue", ("fentanyl analog", "carfentanil", "acetylfentanyl")),
    Substance(5, "methamphetamine", "Methamphetamine", ("meth", "crystal meth", "ice", "meth/amphetamine")),
    Substance(6, "amphetamine", "Amphetamine", ("amphet", "speed")),
    Substance(7, "cannabis", "Cannabis", ("marijuana", "marihuana", "hashish", "hash oil", "thc")),
    Substance(8, "mdma", "MDMA", ("ecstasy", "molly", "3,4-methylenedioxymethamphetamine")),
    Substance(9, "ketamine", "Ketamine", ("ketamin",)),
    Substance(10, "lsd", "LSD", ("lysergide", "acid")),
    Substance(11, "khat", "Khat", ("catha edulis", "khat (catha edulis)", "qat")),
    Substance(12, "oxycodone", "Oxycodone", ("oxycontin", "m30")),
    Substance(13, "oxymorphone", "Oxymorphone", ()),
    Substance(14, "hydrocodone", "Hydrocodone", ()),
    Substance(15, "hydromorphone", "Hydromorphone", ("dilaudid",)),
    Substance(16, "morphine", "Morphine", ("morphine (not heroin)",)),
    Substance(17, "methadone", "Methadone", ()),
    Substance(18, "tramadol", "Tramadol", ("tramad",)),
    Substance(19, "benzodiazepine", "Benzodiazepine", ("benzo", "alprazolam", "diazepam", "xanax")),
    Substance(20, "xylazine", "Xylazine", ("tranq",)),
    Substance(21, "gabapentin", "Gabapentin", ()),
    Substance(22, "ethanol", "Ethanol", ("alcohol",)),
    Substance(23, "opiate_nos", "Opiate, not specified", ("opiate nos", "opiate")),
    Substance(24, "opioid_other", "Opioid, other", ("other opioid", "nitazene", "buprenorphine")),
    Substance(25, "precursor", "Precursor chemical", ("precursor", "4-ap", "npp")),
    Substance(26, "other", "Other drugs", ("other drugs", "other", "other drugs**")),
    Substance(27, "unknown", "Unknown", ("not specified", "pending")),
)

BY_ID = {s.id: s for s in SUBSTANCES}
BY_CODE = {s.code: s for s in SUBSTANCES}
_WORDS = {word: s for s in SUBSTANCES for word in (s.code, s.name.lower(), *s.synonyms)}


def find_substance(written: str) -> Substance | None:
    """The entry that a source's word means, or None; case, spaces and footnote marks do not matter."""
    word = re.sub(r"\s+", " ", written.strip().lower())
    return _WORDS.get(word) or _WORDS.get(word.rstrip("*†‡ "))
