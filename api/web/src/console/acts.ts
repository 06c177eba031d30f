/** What a lead may do, each as one command with an id of its own: asked again, it is done once. */
import { call, Refused } from "../shared/api";

export async function act(path: string, body: Record<string, unknown>): Promise<string> {
  const id = crypto.randomUUID();
  const send = (): Promise<unknown> => call(`/api/console/${path}`, { id, ...body });
  try {
    await send().catch((error: unknown) => {
      if (error instanceof Refused) throw error;
      return send();
    });
    return "";
  } catch (error) {
    return error instanceof Refused ? error.message : "The controller does not answer: try again.";
  }
}
