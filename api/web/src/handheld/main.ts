import { mount } from "svelte";
import App from "./App.svelte";
import "./look.css";

const target = document.getElementById("app");
if (target) mount(App, { target });

// The page works without a network once it was opened; browsers allow this on HTTPS and localhost.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  void navigator.serviceWorker.register("/handheld-worker.js", { scope: "/handheld" });
}
