"""Currencies: which exist, how many decimals each has, and how amounts of several are put on one scale."""

from __future__ import annotations

EXPONENTS: dict[str, int] = {
    code: exponent
    for exponent, codes in (
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    )
    for code in codes.split()
}
"""Decimals of every ISO 4217 currency that does not have two."""

TWO_DECIMALS = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA
MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR
RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD
TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
"""
# ANG and BGN were withdrawn in 2025 and 2026: documents of the years before still name them.

CURRENCIES: frozenset[str] = frozenset({*EXPONENTS, *TWO_DECIMALS.split()})
"""Every currency of ISO 4217 but metals, test codes and units of account, which have no decimals there."""

SCALE_DECIMALS = 4
"""Amounts of several currencies are compared in ten-thousandths of a unit: no currency has more decimals."""


def exponent(currency: str) -> int:
    """How many decimals a currency has: 0 for JPY, 2 for EUR, 3 for KWD, 4 for CLF."""
    return EXPONENTS.get(currency, 2)


def scale_sql(currency_expr: str) -> str:
    """The SQL factor from a currency's minor units to ten-thousandths of a unit.

    `CASE WHEN c IN ('BIF', …) THEN 10000 WHEN c IN ('BHD', …) THEN 10 WHEN … THEN 1 ELSE 100 END`.

    Indexes hold this very expression: a database uses them only while queries spell it alike.
    """
    cases = []
    for decimals in sorted(set(EXPONENTS.values())):
        codes = ", ".join(f"'{code}'" for code, its in sorted(EXPONENTS.items()) if its == decimals)
        cases.append(f"WHEN {currency_expr} IN ({codes}) THEN {10 ** (SCALE_DECIMALS - decimals)}")
    return f"CASE {' '.join(cases)} ELSE {10 ** (SCALE_DECIMALS - 2)} END"


def amount_text(minor: int, currency: str) -> str:
    """Minor units as exact decimal text: -5 of EUR are "-0.05", 5 of JPY are "5"."""
    decimals = exponent(currency)
    if not decimals:
        return str(minor)
    whole, part = divmod(abs(minor), 10**decimals)
    return f"{'-' if minor < 0 else ''}{whole}.{part:0{decimals}d}"
