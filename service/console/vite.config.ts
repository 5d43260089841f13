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

/** The console speaks WebSocket alone: engine.io-client's other ways are left out of the first load. */
const onlyWebSocket: Plugin = {
  name: "only-websocket",
  enforce: "pre",
  load(id) {
    if (!id.endsWith("engine.io-client/build/esm/transports/index.js")) return null;
    return 'import { WS } from "./websocket.js";\nexport const transports = { websocket: WS };\n';
  },
};

/** What the console loads first, and what it has in common with the view-only pages: two chunks compress better than thirty. */
const first = new Set<string>();
const common = new Set<string>();
const firstLoad: Plugin = {
  name: "first-load",
  buildEnd() {
    const needed = (entry: string) => {
      const found = new Set<string>();
      const waiting = [...this.getModuleIds()].filter((id) => id.endsWith(entry));
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
        if (found.has(id)) continue;
        found.add(id);
        waiting.push(...(this.getModuleInfo(id)?.importedIds ?? []));
      }
      return found;
    };
    const [console, view] = [needed("/src/main.tsx"), needed("/src/view/main.tsx")];
    for (const id of console) (view.has(id) ? common : first).add(id);
  },
};

export default defineConfig({
  base: "./", // works behind any nginx prefix
  plugins: [preact({ reactAliasesEnabled: false }), onlyWebSocket, firstLoad, layered, licences()],
  build: {
    rolldownOptions: {
      input: ["index.html", "view/index.html"],
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: "common", test: (id) => common.has(id) },
            { name: "first", test: (id) => first.has(id) },
          ],
        },
      },
    },
    target: "es2022",
    assetsInlineLimit: 0, // no data: URLs, so the CSP needs none
    modulePreload: { polyfill: false },
    sourcemap: true,
  },
  server: { proxy: { "/api": station, "/socket.io": station } },
  test: { include: ["src/**/*.test.ts"] },
});
