/** The camera as a scanner: the browser's own detector, else the decoder that is hosted here. */
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

const EVERY_MS = 120;

export interface Seen {
  raw: string;
  symbology: string; // AIM identifier, or ""
}

type Detector = { detect(from: HTMLVideoElement): Promise<{ rawValue: string }[]> };
type Detectors = { BarcodeDetector?: new () => Detector };

/** The first code in sight. Rejects where there is no camera or no permission. */
export async function readFrom(
  video: HTMLVideoElement,
  signal: AbortSignal,
): Promise<Seen | undefined> {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment", width: { ideal: 1280 } },
  });
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  signal.addEventListener("abort", stop);
  try {
    video.srcObject = stream;
    await video.play();
    const look = await looker();
    while (!signal.aborted) {
      const seen = await look(video);
      if (seen) return seen;
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
    return undefined;
  } finally {
    stop();
  }
}

async function looker(): Promise<(video: HTMLVideoElement) => Promise<Seen | undefined>> {
  const { BarcodeDetector } = window as Detectors;
  if (BarcodeDetector) {
    const detector = new BarcodeDetector();
    return async (video) => {
      const [first] = await detector.detect(video);
      return first && { raw: first.rawValue, symbology: "" };
    };
  }
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  const canvas = document.createElement("canvas");
  return async (video) => {
    const [first] = await readBarcodes(frame(canvas, video), { maxNumberOfSymbols: 1 });
    return first?.isValid ? { raw: first.text, symbology: first.symbologyIdentifier } : undefined;
  };
}

function frame(canvas: HTMLCanvasElement, video: HTMLVideoElement): ImageData {
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  context.drawImage(video, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
