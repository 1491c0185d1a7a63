// What is built is committed, and given out by the service beside the page: names without a hash, addresses relative to the page.
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    outDir: "../../service/amends/console/static",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    rollupOptions: {
      input: "sidebar.html",
      output: { entryFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
