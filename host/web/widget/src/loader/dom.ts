// The launcher, the preview bubble and the panel's frame. No markup strings: a page may demand Trusted Types.
import { css } from './styles.js';

const SVG = 'http://www.w3.org/2000/svg';

function element<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, parent: Node): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  node.className = className;
  parent.appendChild(node);
  return node;
}

/** Each shape is path data, and a fill where it isn't drawn by its stroke. */
function icon(className: string, box: number, parent: Node, shapes: [d: string, fill?: string][]): void {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', className);
  svg.setAttribute('viewBox', `0 0 ${box} ${box}`);
  svg.setAttribute('aria-hidden', 'true');
  for (const [d, fill] of shapes) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    if (fill) path.setAttribute('fill', fill);
    svg.appendChild(path);
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
  /** Lies behind the frame: what is said where there is none. */
  away: HTMLElement;
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

  const dock = element('div', 'dock', root);
  const panel = element('div', 'panel', dock);
  panel.hidden = true;
  const away = element('p', 'away', panel);

  const tip = element('div', 'tip', dock);
  tip.hidden = true;
  tip.setAttribute('role', 'status');
  const tipWho = element('b', 'who', tip);
  const tipText = element('button', 'txt', tip);
  const tipClose = element('button', 'x', tip);
  icon('line', 20, tipClose, [['M5 5l10 10M15 5 5 15']]);

  const launch = element('button', 'launch', dock);
  launch.type = tipText.type = tipClose.type = 'button';
  launch.setAttribute('aria-expanded', 'false');
  const dot = 'a1.5 1.5 0 1 0 0 3a1.5 1.5 0 1 0 0-3';
  icon('chat', 24, launch, [
    ['M6 3h12a4 4 0 0 1 4 4v7a4 4 0 0 1-4 4h-6.2l-4.1 3.2a.6.6 0 0 1-1-.5V18H6a4 4 0 0 1-4-4V7a4 4 0 0 1 4-4Z', 'currentColor'],
    [`M7.4 9${dot}M12 9${dot}`, 'var(--c)'],
    [`M16.6 9${dot}`, '#ff9a4d'],
  ]);
  icon('line down', 20, launch, [['M5.5 8l4.5 4.5L14.5 8']]);
  const badge = element('span', 'n', launch);
  badge.hidden = true;
  const hint = element('span', 'hint', dock);
  hint.setAttribute('aria-hidden', 'true');
  return { host, dock, launch, badge, hint, panel, away, tip, tipWho, tipText, tipClose };
}
