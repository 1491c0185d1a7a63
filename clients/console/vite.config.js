// What is built is committed, and given out by the service beside the pages: names without a hash, addresses relative to the page.
import { defineConfig } from "vite";

const OWN = /\/console\/src\/(console\/|main|sidebar|host|kept)|\/fflate\/|\.(html|css)$|^\0/;

export default defineConfig({
  base: "./",
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    outDir: "../../service/amends/console/static",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    rollupOptions: {
      input: ["sidebar.html", "console.html"],
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
        // What is no page's own is fetched once for both.
        manualChunks: (id) => (OWN.test(id) ? undefined : "shared"),
      },
    },
  },
});
