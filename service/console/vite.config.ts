import preact from "@preact/preset-vite";
import { defineConfig } from "vitest/config";

const station = { target: "http://127.0.0.1:5000", ws: true };

export default defineConfig({
  base: "./", // works behind any nginx prefix
  plugins: [preact({ reactAliasesEnabled: false })],
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // no data: URLs, so the CSP needs none
    modulePreload: { polyfill: false },
    sourcemap: true,
  },
  server: { proxy: { "/api": station, "/socket.io": station } },
  test: { include: ["src/**/*.test.ts"] },
});
