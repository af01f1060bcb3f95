// Puts the build into ../static: each file once, gzipped, since every browser takes gzip from every
// host (brotli only over https and from localhost). The licences stay readable.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

const BUILT = "dist";
const SERVED = "../static";
const PLAIN = new Set(["licenses.md"]);
// Of what the editor itself is made of; its own licence file leaves this out.
const NOTICES = "node_modules/monaco-editor/ThirdPartyNotices.txt";

const files = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    : [];

const licenses = join(BUILT, "licenses.md");
const notices = readFileSync(NOTICES, "utf8").replaceAll("\r\n", "\n");
writeFileSync(licenses, `${readFileSync(licenses, "utf8")}\n\n## Within monaco-editor\n\n${notices}`);

const kept = new Set();
let total = 0;
for (const name of files(BUILT)) {
  const content = readFileSync(join(BUILT, name));
  const target = join(SERVED, PLAIN.has(name) ? name : `${name}.gz`);
  kept.add(target);
  // Two machines may compress the same bytes differently; what says the same is left alone.
  if (!existsSync(target) || !unpacked(target).equals(content)) {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, PLAIN.has(name) ? content : packed(content));
  }
  total += readFileSync(target).length;
}
for (const name of files(SERVED)) {
  const target = join(SERVED, name);
  if (!kept.has(target)) rmSync(target);
}
console.log(`${SERVED}: ${kept.size} files, ${(total / 1e6).toFixed(2)} MB`);

function packed(content) {
  const bytes = gzipSync(content, { level: 9, memLevel: 9 });
  bytes[9] = 255; // the operating system it was packed on: unknown
  return bytes;
}

function unpacked(path) {
  const bytes = readFileSync(path);
  return path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
}
