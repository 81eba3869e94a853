import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The page's script and style, as the browser gets them. */
export interface PageBundle {
  readonly script: string;
  readonly style: string;
}

/** Bundles the page in memory; nothing is written to disk. Throws what esbuild says of a broken source. */
export async function bundlePage(): Promise<PageBundle> {
  const { outputFiles } = await build({
    entryPoints: ['main.tsx', 'page.css'].map((name) => fileURLToPath(new URL(`page/${name}`, import.meta.url))),
    bundle: true,
    write: false,
    outdir: '/',
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  });
  const content = (extension: string) => outputFiles.find((file) => file.path.endsWith(extension))?.text ?? '';
  return { script: content('.js'), style: content('.css') };
}

/** Names only files of our own: the content security policy allows nothing else. */
export const PAGE_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Quota Watch - local workspace</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page.css">
<script type="module" src="page.js"></script>
</head>
<body><div id="page"></div></body>
</html>
`;
