/** Each job has its colour, on the chart and among people. */
const JOBS = ["picking", "packing", "loading", "receiving", "putting_away", "replenishing", "returning"];
export const tintOf = (job: string): number => Math.max(0, JOBS.indexOf(job));
