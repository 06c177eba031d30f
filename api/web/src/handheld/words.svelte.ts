/** Every sentence that a worker can see: one file per language, chosen here. */
import de from "./words/de.json";
import en from "./words/en.json";
import type { Fields } from "./types";

type Words = Record<string, string>;

const ENGLISH: Words = en;
const WORDS: Record<string, Words> = { en, de };

export const language = $state({ now: chosen() });

function chosen(): string {
  const kept = localStorage.getItem("language");
  return kept ?? (navigator.language.startsWith("de") ? "de" : "en");
}

export function speak(name: string): void {
  language.now = name;
  localStorage.setItem("language", name);
  document.documentElement.lang = name;
}

export function has(key: string): boolean {
  return key in (WORDS[language.now] ?? ENGLISH);
}

/** The words of a key with its fields; a field whose value is a word of ours is translated. */
export function say(key: string, fields: Fields = {}): string {
  const words = WORDS[language.now] ?? ENGLISH;
  const text = words[key] ?? words["say.refused"] ?? key;
  const known = key in words ? fields : { got: key };
  return text.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const value = String((known as Fields)[name] ?? "");
    return value.split(" / ").map((each) => words[`value.${each}`] ?? each).join(" / ");
  });
}
