/** Light or dark: as the system has it, until somebody chooses. */

const KEPT = "pickwright-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function chosen(): "light" | "dark" {
  const kept = localStorage.getItem(KEPT);
  if (kept === "light" || kept === "dark") return kept;
  return system.matches ? "dark" : "light";
}

let now = $state(chosen());

export const theme = {
  get now(): "light" | "dark" {
    return now;
  },
};

export function applyTheme(): void {
  now = chosen();
  document.documentElement.dataset["theme"] = now;
}

export function toggleTheme(): void {
  localStorage.setItem(KEPT, now === "dark" ? "light" : "dark");
  applyTheme();
}

system.addEventListener("change", applyTheme);
