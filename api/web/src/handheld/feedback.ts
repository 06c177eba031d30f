/** Sound and vibration of each answer: high is good, low is wrong, so nobody has to look. */
import type { Tone } from "./types";

type Note = [hertz: number, ms: number];

const NOTES: Record<Tone, Note[]> = {
  ok: [[1320, 90]],
  warn: [[740, 130], [740, 130]],
  error: [[165, 420]],
  pending: [[880, 60]],
  info: [[990, 70], [1320, 90]],
};
const BUZZ: Record<Tone, number[]> = {
  ok: [40],
  warn: [80, 60, 80],
  error: [300, 80, 300],
  pending: [25],
  info: [40, 40, 40],
};
const PAUSE_S = 0.05;

let audio: AudioContext | undefined;

/** Browsers allow sound only after a touch or a key; call it on each. */
export function wakeSound(): void {
  audio ??= new AudioContext();
  if (audio.state === "suspended") void audio.resume();
}

export function give(tone: Tone): void {
  navigator.vibrate?.(BUZZ[tone]);
  if (!audio || audio.state !== "running") return;
  let at = audio.currentTime;
  for (const [hertz, ms] of NOTES[tone]) {
    beep(audio, hertz, at, ms / 1000, tone === "error" ? "square" : "sine");
    at += ms / 1000 + PAUSE_S;
  }
}

function beep(to: AudioContext, hertz: number, at: number, s: number, type: OscillatorType): void {
  const source = to.createOscillator();
  const gain = to.createGain();
  source.type = type;
  source.frequency.value = hertz;
  gain.gain.setValueAtTime(0.35, at);
  gain.gain.setTargetAtTime(0, at + s - 0.02, 0.01);
  source.connect(gain).connect(to.destination);
  source.start(at);
  source.stop(at + s + 0.05);
}
