import preact from "@preact/preset-vite";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const station = { target: "http://127.0.0.1:5000", ws: true };

/** Write down whose code is in the bundle, with its licences: the page shows them. */
function licences(): Plugin {
  return {
    name: "licences",
    async generateBundle() {
      const found = [...this.getModuleIds()]
        .map((id) => /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1])
        .filter((folder) => folder !== undefined);
      const packages = await Promise.all(
        [...new Set(found)].map(async (folder) => {
          const told = await this.fs.readFile(`${folder}/package.json`, { encoding: "utf8" });
          const { name, version, license = "", homepage = "" } = JSON.parse(told);
          return { name, version, licence: license, url: homepage };
        }),
      );
      packages.sort((a, b) => a.name.localeCompare(b.name));
      const source = JSON.stringify(packages);
      this.emitFile({ type: "asset", fileName: "assets/licences.json", source });
    },
  };
}

const LAYERS = "@layer tokens, base, ui, screens;";

/** A sheet may be loaded before the one that begins with the order of the layers: each says it. */
const layered: Plugin = {
  name: "layered",
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === "asset" && file.fileName.endsWith(".css")) {
        file.source = `${LAYERS}${file.source}`;
      }
    }
  },
};

export default defineConfig({
  base: "./", // works behind any nginx prefix
  plugins: [preact({ reactAliasesEnabled: false }), layered, licences()],
  build: {
    rolldownOptions: { input: ["index.html", "view/index.html"] },
    target: "es2022",
    assetsInlineLimit: 0, // no data: URLs, so the CSP needs none
    modulePreload: { polyfill: false },
    sourcemap: true,
  },
  server: { proxy: { "/api": station, "/socket.io": station } },
  test: { include: ["src/**/*.test.ts"] },
});
