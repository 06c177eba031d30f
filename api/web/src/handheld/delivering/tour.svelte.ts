/** The tour of the driver's van: who lives where. It is kept on the device for dead zones. */
import { tourInHand } from "../server";
import type { Screen, VanStop, VanTour } from "../types";

const KEPT = "van-tour";

export class Toured {
  tour = $state.raw<VanTour | null>(kept());

  /** The stop that a screen is about. */
  of(screen: Screen | null): VanStop | null {
    if (screen?.workflow !== "delivering") return null;
    return this.tour?.stops.find((each) => each.id === screen.fields["stop"]) ?? null;
  }

  /** Looks at the tour again after each screen of it; other work forgets who lives where. */
  async follow(screen: Screen | null): Promise<void> {
    if (screen && screen.workflow !== "delivering") {
      this.tour = null;
      localStorage.removeItem(KEPT);
    }
    if (screen?.workflow !== "delivering") return;
    try {
      this.tour = await tourInHand();
      localStorage.setItem(KEPT, JSON.stringify(this.tour));
    } catch {
      // no connection, or no room to keep it: the next screen asks again
    }
  }
}

function kept(): VanTour | null {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "null") as VanTour | null;
  } catch {
    return null;
  }
}
