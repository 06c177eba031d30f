/** How the console writes amounts: in the currency of the site, in one place for all pages. */
import { floor } from "./floor.svelte";

const written = (cents: number, currency: string): string => {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  const amount = Math.abs(cents / 100).toLocaleString("en-GB", digits);
  return `${cents < 0 ? "-" : ""}${currency ? `${currency} ` : ""}${amount}`;
};

export const money = (cents: number): string => written(cents, floor.site?.currency ?? "");
