"""Owns the names of countries as shops write them, and their two-letter codes (ISO 3166-1).

Source: the country column of the Online Retail II data set. Unknown names become ZZ, a code that
the standard leaves to its users; only services for every country take it.
"""

UNKNOWN = "ZZ"
CODES = {
    "australia": "AU",
    "austria": "AT",
    "bahrain": "BH",
    "belgium": "BE",
    "bermuda": "BM",
    "brazil": "BR",
    "canada": "CA",
    "channel islands": "JE",
    "cyprus": "CY",
    "czech republic": "CZ",
    "denmark": "DK",
    "eire": "IE",
    "finland": "FI",
    "france": "FR",
    "germany": "DE",
    "greece": "GR",
    "hong kong": "HK",
    "iceland": "IS",
    "ireland": "IE",
    "israel": "IL",
    "italy": "IT",
    "japan": "JP",
    "korea": "KR",
    "lebanon": "LB",
    "lithuania": "LT",
    "malta": "MT",
    "netherlands": "NL",
    "nigeria": "NG",
    "norway": "NO",
    "poland": "PL",
    "portugal": "PT",
    "rsa": "ZA",
    "saudi arabia": "SA",
    "singapore": "SG",
    "spain": "ES",
    "sweden": "SE",
    "switzerland": "CH",
    "thailand": "TH",
    "uk": "GB",
    "united arab emirates": "AE",
    "united kingdom": "GB",
    "united states": "US",
    "usa": "US",
    "west indies": "AG",
}


def country_code(text: str) -> str:
    """The code of a country by its English name; a code stays as it is."""
    name = text.strip()
    if len(name) == 2 and name.isalpha() and name.lower() != "uk":
        return name.upper()
    return CODES.get(name.lower(), UNKNOWN)
