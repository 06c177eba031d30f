/** What somebody has clicked on the map. */
export interface Picked {
  kind: string;
  ref: string;
  places: string[];
  title: string;
}
