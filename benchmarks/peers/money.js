// Amounts of money as exact decimal text.

const decimals = new Map();

/** An amount of minor units, itself text, with the decimals of its currency: "1234" of EUR are "12.34". */
export function amount(minor, currency) {
  let places = decimals.get(currency);
  if (places === undefined) {
    places = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
    decimals.set(currency, places);
  }
  if (places === 0) return minor;
  const digits = minor.padStart(places + 1, "0");
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
