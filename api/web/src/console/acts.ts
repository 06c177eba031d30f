/** What a lead may do, each as one command with an id of its own: asked again, it is done once. */
import { call, Refused } from "../shared/api";

/** Sends one command and once more if no answer came; throws what `call` throws. */
export function send<T>(path: string, body: Record<string, unknown>): Promise<T> {
  const id = crypto.randomUUID();
  const once = (): Promise<T> => call<T>(`/api/console/${path}`, { id, ...body });
  return once().catch((error: unknown) => {
    if (error instanceof Refused) throw error;
    return once();
  });
}

/** Why something could not be done, as the controller says it. */
export const said = (error: unknown): string =>
  error instanceof Refused ? error.message : "The controller does not answer: try again.";
