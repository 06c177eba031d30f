/// <reference types="svelte" />
/// <reference types="vite/client" />

declare module "virtual:handheld-files" {
  export const FILES: { version: string; urls: string[] };
}
