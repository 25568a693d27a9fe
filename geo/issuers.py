"""Who issues plates: one writing for each state of the United States that a source names beyond doubt.

Two letters alone are left as they are (CA is Canada, too), and so is Georgia, which is also a country: nothing is
guessed. Source: ISO 3166-2:US.
"""

_WRITTEN = (
    "AL alabama|AK alaska|AZ arizona|AR arkansas|CA california|CO colorado|CT connecticut|DE delaware|"
    "DC district of columbia|FL florida|HI hawaii|ID idaho|IL illinois|IN indiana|IA iowa|KS kansas|KY kentucky|"
    "LA louisiana|ME maine|MD maryland|MA massachusetts|MI michigan|MN minnesota|MS mississippi|MO missouri|"
    "MT montana|NE nebraska|NV nevada|NH new hampshire|NJ new jersey|NM new mexico|NY new york|NC north carolina|"
    "ND north dakota|OH ohio|OK oklahoma|OR oregon|PA pennsylvania|RI rhode island|SC south carolina|"
    "SD south dakota|TN tennessee|TX texas|UT utah|VT vermont|VA virginia|WA washington|WV west virginia|"
    "WI wisconsin|WY wyoming"
)
_STATES = {state[3:]: f"us-{state[:2].lower()}" for state in _WRITTEN.split("|")}


def plate_issuer(written: str) -> str:
    """The issuer as it is compared: `us-az` for `Arizona`; any other as it is written, in small letters."""
    plain = " ".join(written.lower().split())
    return _STATES.get(plain, plain)
