// Makes dist/ a package of its own: in the repository the source is what `exports` names, published it is the JavaScript.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';

const { name, version, description, license, type, sideEffects, engines } = JSON.parse(readFileSync('package.json', 'utf8'));
const entry = (file) => ({ types: `./${file}.d.ts`, default: `./${file}.js` });
const manifest = {
  name, version, description, license, type, sideEffects, engines,
  exports: { '.': entry('index'), './fake': entry('fake_server'), './package.json': './package.json' },
};
writeFileSync('dist/package.json', JSON.stringify(manifest, null, 2) + '\n');
for (const file of ['PROTOCOL.md', 'README.md']) copyFileSync(file, `dist/${file}`);
