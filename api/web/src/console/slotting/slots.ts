/** What slotting answers, and the figures of those moves of it that a lead has chosen. */

export interface Move { sku: string; source: string; target: string; way_mm: number; time_ms: number; between: boolean; why: string }
export interface Chain { moves: Move[]; saves_mm_day: number; costs_mm: number; costs_ms: number; pays_back_days: number }
export interface Slotting {
  plan: {
    chains: Chain[];
    walked_before_mm_day: number;
    walked_after_mm_day: number;
    reached_before_mm_day: number;
    reached_after_mm_day: number;
    proven: boolean;
    left_out: [string, string][];
  };
  tours: number;
  days: number;
  places: number;
  visits: Record<string, number>;
  golden: string[];
}
export interface MoveRow { id: string; sku: string; source: string; target: string; state: string; worker: string; units: number }

export interface Sums { moves: number; saves_mm_day: number; costs_mm: number; costs_ms: number; pays_back_days: number }

/** Chains together pay back by their savings: those that save more count for more. */
export function sumsOf(chains: Chain[]): Sums {
  const sum = (of: (chain: Chain) => number): number => chains.reduce((total, chain) => total + of(chain), 0);
  const saves_mm_day = sum((chain) => chain.saves_mm_day);
  return {
    moves: sum((chain) => chain.moves.length),
    saves_mm_day,
    costs_mm: sum((chain) => chain.costs_mm),
    costs_ms: sum((chain) => chain.costs_ms),
    pays_back_days: Math.ceil(sum((chain) => chain.pays_back_days * chain.saves_mm_day) / Math.max(1, saves_mm_day)),
  };
}

/** Visits per place once these chains are moved. */
export function visitsAfter(visits: Record<string, number>, chains: Chain[]): Record<string, number> {
  const after = { ...visits };
  for (const chain of chains) {
    for (const { source, target } of chain.moves) {
      const n = after[source] ?? 0;
      delete after[source];
      if (n) after[target] = n;
    }
  }
  return after;
}

export const goldenShare = (visits: Record<string, number>, golden: Set<string>): string => {
  const all = Object.values(visits).reduce((a, b) => a + b, 0);
  const good = Object.entries(visits).reduce((n, [place, each]) => n + (golden.has(place) ? each : 0), 0);
  return all ? `${Math.round((100 * good) / all)} %` : "–";
};
