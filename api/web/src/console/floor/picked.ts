/** What is selected on the map. */
export interface Picked {
  kind: string;
  ref: string;
  places: string[];
  title: string;
  /** Of a way: where on it, or -1. */
  y_mm?: number;
}
