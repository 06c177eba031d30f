/** Keeps the display lit while somebody works, where the browser can. */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  const ask = () => {
    if (document.hidden) return;
    navigator.wakeLock?.request("screen").then(
      (given) => (lock = given),
      () => undefined, // a low battery may refuse it
    );
  };
  ask();
  document.addEventListener("visibilitychange", ask);
  return () => {
    document.removeEventListener("visibilitychange", ask);
    void lock?.release();
  };
}
