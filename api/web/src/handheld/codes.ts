/** Reads a scan as far as a dead zone needs it: the form in which the controller stores codes.
 *
 * The controller reads every scan again; this decides nothing that it would not.
 */
const FRAME = /^[ \t\r\n\x02\x03]+|[ \t\r\n\x02\x03]+$/g;
const AIM = /^\][A-Za-z][0-9A-F]/;
const COMMANDS = new Set(
  "UNDO SHORT FULL SKIP PRINT DAMAGED DONE EMPTY NEXT HOME TOO_SMALL TOO_LARGE OTHER_REASON MEASURE CUSTOMER NEIGHBOUR SAFE_PLACE NOT_HOME REFUSED LATER BREAK".split(" "),
);
const GTIN_LENGTHS = new Set([8, 12, 13, 14]);

export interface Read {
  code: string;
  lot: string;
  command: boolean;
}

export function read(raw: string): Read {
  const text = raw.replace(FRAME, "").replace(AIM, "").replace(FRAME, "");
  const command = text.toUpperCase().replace(/^CMD:/, "");
  if (COMMANDS.has(command)) return { code: command, lot: "", command: true };
  return { ...item(text), command: false };
}

function item(text: string): { code: string; lot: string } {
  const plain = { code: text, lot: "" };
  if (/^\d+$/.test(text) && GTIN_LENGTHS.has(text.length)) {
    return isChecked(text) ? { code: text.padStart(14, "0"), lot: "" } : plain;
  }
  if (/^\d{20}$/.test(text) && text.startsWith("00")) return { code: text.slice(2), lot: "" };
  const bracketed = /^\(01\)(\d{14})(.*)$/s.exec(text);
  if (bracketed) {
    const lot = /\(10\)([^(]*)/.exec(bracketed[2] ?? "");
    return { code: bracketed[1] ?? text, lot: lot?.[1] ?? "" };
  }
  const element = /^\x1d?01(\d{14})(.*)$/s.exec(text);
  if (element && isChecked(element[1] ?? "")) {
    return { code: element[1] ?? text, lot: lotOf(element[2] ?? "") };
  }
  return plain;
}

/** The lot right behind the GTIN, or behind the dates that have a fixed length. */
function lotOf(rest: string): string {
  const dated = rest.replace(/^(?:(?:11|12|13|15|16|17)\d{6}\x1d?)*/, "");
  return /^\x1d?10([^\x1d]{1,20})/.exec(dated)?.[1] ?? "";
}

function isChecked(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const weight = (digits.length - at) % 2 === 0 ? 3 : 1;
    sum += Number(digits[at]) * weight;
  }
  return sum % 10 === 0;
}
