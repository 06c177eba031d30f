/** The parcel on the bench: what lies where. It follows the screens, and is kept on the device. */
import { parcelInHand } from "../server";
import type { Screen, Stowage } from "../types";

const KEPT = "stowage";

export class Stowed {
  private found = $state.raw<Stowage | null>(kept());

  /** The drawing that belongs to a screen: another parcel's is never shown. */
  of(screen: Screen | null): Stowage | null {
    const asked = screen?.workflow === "packing" && screen.fields["order"];
    return asked && this.found?.order === asked && this.found.length_mm ? this.found : null;
  }

  /** Looks into the carton again after each screen of packing; without an answer it stays. */
  async follow(screen: Screen | null): Promise<void> {
    if (screen?.workflow !== "packing" || !screen.fields["order"]) return;
    try {
      this.found = await parcelInHand();
      localStorage.setItem(KEPT, JSON.stringify(this.found));
    } catch {
      // no connection, or no room to keep it: the next screen asks again
    }
  }
}

function kept(): Stowage | null {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "null") as Stowage | null;
  } catch {
    return null;
  }
}
