/** A scanner on a serial line, where the browser can open one; a line of text is a scan. */
const BAUD = 9_600;

interface Port {
  open(options: { baudRate: number }): Promise<void>;
  readable: ReadableStream<Uint8Array> | null;
}

type Serial = { requestPort(): Promise<Port> };

const serial = () => (navigator as { serial?: Serial }).serial;

export const hasSerial = () => serial() !== undefined;

/** Asks which port, then hears it until it is unplugged; false when none was chosen. */
export async function connect(scanned: (raw: string) => void): Promise<boolean> {
  try {
    const port = await serial()?.requestPort();
    await port?.open({ baudRate: BAUD });
    if (!port?.readable) return false;
    void listen(port.readable, scanned);
    return true;
  } catch {
    return false; // the person closed the choice, or another program has the port
  }
}

export async function listen(
  from: ReadableStream<Uint8Array>,
  scanned: (raw: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  const reader = from.getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read().catch(() => ({ value: undefined, done: true }));
    if (done || !value) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split(/[\r\n]+/);
    rest = lines.pop() ?? "";
    for (const line of lines) if (line) scanned(line);
  }
}
