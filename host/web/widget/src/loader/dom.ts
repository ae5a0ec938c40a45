// The launcher, the preview bubble and the panel's frame. No markup strings: a page may demand Trusted Types.
import { css } from './styles.js';

const SVG = 'http://www.w3.org/2000/svg';

function element<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, parent: Node): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  node.className = className;
  parent.appendChild(node);
  return node;
}

function icon(className: string, box: number, parent: Node, shapes: [string, Record<string, string | number>][]): void {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', className);
  svg.setAttribute('viewBox', `0 0 ${box} ${box}`);
  svg.setAttribute('aria-hidden', 'true');
  for (const [tag, attributes] of shapes) {
    const shape = document.createElementNS(SVG, tag);
    for (const name in attributes) shape.setAttribute(name, String(attributes[name]));
    svg.appendChild(shape);
  }
  parent.appendChild(svg);
}

export interface LoaderDom {
  host: HTMLElement;
  dock: HTMLElement;
  launch: HTMLButtonElement;
  badge: HTMLElement;
  hint: HTMLElement;
  panel: HTMLElement;
  tip: HTMLElement;
  tipWho: HTMLElement;
  tipText: HTMLButtonElement;
  tipClose: HTMLButtonElement;
}

export function buildDom(): LoaderDom {
  const host = document.createElement('hotdesk-widget');
  const root = host.attachShadow({ mode: 'closed' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const dock = element('div', 'dock off', root);
  const panel = element('div', 'panel', dock);
  panel.hidden = true;

  const tip = element('div', 'tip', dock);
  tip.hidden = true;
  tip.setAttribute('role', 'status');
  const tipWho = element('b', 'who', tip);
  const tipText = element('button', 'txt', tip);
  const tipClose = element('button', 'x', tip);
  icon('', 20, tipClose, [['path', { d: 'M5 5l10 10M15 5 5 15' }]]);

  const launch = element('button', 'launch', dock);
  launch.type = tipText.type = tipClose.type = 'button';
  launch.setAttribute('aria-expanded', 'false');
  icon('chat', 24, launch, [
    ['path', { fill: 'currentColor', d: 'M6 3h12a4 4 0 0 1 4 4v7a4 4 0 0 1-4 4h-6.2l-4.1 3.2a.6.6 0 0 1-1-.5V18H6a4 4 0 0 1-4-4V7a4 4 0 0 1 4-4Z' }],
    ['circle', { cx: 7.4, cy: 10.5, r: 1.5, fill: 'var(--c)' }],
    ['circle', { cx: 12, cy: 10.5, r: 1.5, fill: 'var(--c)' }],
    ['circle', { cx: 16.6, cy: 10.5, r: 1.5, fill: '#ff9a4d' }],
  ]);
  icon('down', 20, launch, [['path', { d: 'M5.5 8l4.5 4.5L14.5 8' }]]);
  const badge = element('span', 'n', launch);
  badge.hidden = true;
  const hint = element('span', 'hint', dock);
  hint.setAttribute('aria-hidden', 'true');
  return { host, dock, launch, badge, hint, panel, tip, tipWho, tipText, tipClose };
}
