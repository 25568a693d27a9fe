"""What OFAC packs into the free text `Remarks`: other names, numbers with their country, nationality, "Linked To".

Parts are divided by semicolons. A part that no rule knows is kept as it stands: nothing that the list says is lost,
and nothing is read into it.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

# beginning of a part: scheme of the identifier. The publisher writes "#", "No." and nothing as it comes
NUMBERS = {
    "NIT": "nit",
    "RUC": "ruc",
    "RIF": "rif",
    "RTN": "rtn",
    "R.F.C.": "rfc",
    "RFC": "rfc",
    "RSIN": "rsin",
    "SRE Permit": "sre permit",
    "Chamber of Commerce": "chamber of commerce",
    "Public Registration": "public registration",
    "Business Registration": "business registration",
    "C.R.": "commercial register",
    "C.I.F.": "cif",
    "C.U.I.T.": "cuit",
    "C.U.R.P.": "curp",
    "D.N.I.": "dni",
    "N.I.E.": "nie",
    "US FEIN": "us fein",
    "SSN": "ssn",
    "Folio Mercantil": "folio mercantil",
    "Matricula Mercantil": "matricula mercantil",
    "Tax ID": "tax id",
    "V.A.T.": "vat",
    "Passport": "passport",
    "Cedula": "cedula",
    "National ID": "national id",
    "Driver's License": "driving licence",
    "Company": "company number",
    "Registration ID": "registration id",
    "Registration": "registration number",
    "Business Registration Document": "business registration",
    "Certificate of Incorporation": "certificate of incorporation",
    "Commercial Registry": "commercial registry",
    "Identification": "identification number",
    "File": "file number",
    "Trade License": "trade licence",
    "Unified Social Credit Code (USCC)": "uscc",
    "Numero Unico de Identificacao Tributaria (NUIT)": "nuit",
    "Dubai Chamber of Commerce Membership": "dubai chamber of commerce",
    "Aircraft Tail": "tail number",
    "Aircraft Manufacturer's Serial Number (MSN)": "aircraft serial number",
    "Aircraft Construction Number (also called L/N or S/N or F/N)": "aircraft serial number",
    "Aircraft Mode S Transponder Code": "icao24",
    "Vessel Registration Identification IMO": "imo",
    "Vessel Registration Identification": "vessel registration",
    "MMSI": "mmsi",
}
_FACTS = {
    "nationality": "nationality",
    "citizen": "citizen",
    "DOB": "born",
    "POB": "born_at",
    "Gender": "gender",
    "Organization Established Date": "established",
    "Organization Type:": "organisation_type",
    "Target Type": "target_type",
    "Website": "website",
    "Email Address": "email",
    "Phone Number": "phone",
    "Aircraft Model": "model",
    "Aircraft Operator": "operator",
    "Aircraft Manufacture Date": "made",
    "Vessel Year of Build": "made",
    "Other Vessel Flag": "other_flag",
    "Former Vessel Flag": "former_flag",
}
_ALIAS = re.compile(r"^(?:alt\. )?(?:a|f|n)\.k\.a\.,? ['\"](.+)['\"]$|^d\.b\.a\. ['\"](.+)['\"]$")
_LINK = "Linked To:"
_NUMBER = re.compile(
    r"^(?:\s*(?:No\.?|Number|#|:))*\s*(?P<value>\S.*?)(?: \((?P<country>[^()]+)\))?(?P<dates> (?:issued|expires) .*)?$"
)
_LONGEST_FIRST = sorted(NUMBERS, key=len, reverse=True)


@dataclass(slots=True)
class Remarks:
    """One entry's remarks; identifiers are (scheme, value), facts lists of texts by name."""

    identifiers: list[tuple[str, str]] = field(default_factory=list)
    linked_to: list[str] = field(default_factory=list)
    facts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def read_remarks(written: str | None) -> Remarks:
    """The parts of a remark, each where it belongs; what is not understood is under the fact `remarks`."""
    found = Remarks()
    for part in (written or "").removesuffix(".").split(";"):
        _heed(part.strip(), found)
    return found


def _heed(part: str, found: Remarks) -> None:
    if not part:
        return
    if part.startswith(_LINK):
        found.linked_to.append(part.removeprefix(_LINK).strip())
        return
    if match := _ALIAS.match(part):
        found.identifiers.append(("alias", match[1] or match[2]))
        return
    plain = part.removeprefix("alt. ")
    for begins, scheme in ((b, NUMBERS[b]) for b in _LONGEST_FIRST):
        if plain.startswith(begins) and (number := _number(plain[len(begins) :], scheme)):
            found.identifiers.append(number)
            return
    for begins, name in _FACTS.items():
        if plain.startswith(begins + " "):
            found.facts[name].append(plain[len(begins) :].strip())
            return
    found.facts["remarks"].append(part)


def _number(rest: str, scheme: str) -> tuple[str, str] | None:
    """Scheme, with the country that gave the number, and the number; None if none stands there."""
    match = _NUMBER.match(rest)
    if match is None or not any(sign.isdigit() for sign in match["value"]):
        return None
    value = " ".join(match["value"].upper().split())[:200]
    if scheme == "imo":
        value = value.removeprefix("IMO").strip()
    if scheme == "icao24":
        value = value.lower()
    return (f"{scheme} ({match['country']})" if match["country"] else scheme), value
