// A site's own colour in place of the brand's cobalt, kept readable: what stands on it is black or white, whichever
// contrasts more, and text in it is mixed with the text colour until it passes on the surface.

export interface Rgb {
  r: number;
  g: number;
  b: number;
}

export function parseHex(text: string): Rgb | undefined {
  const match = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim());
  if (!match) return undefined;
  const hex = match[1]!.length === 3 ? match[1]!.replace(/./g, '$&$&') : match[1]!;
  const n = parseInt(hex, 16);
  return { r: n >> 16, g: (n >> 8) & 255, b: n & 255 };
}

export function toHex({ r, g, b }: Rgb): string {
  return '#' + [r, g, b].map((v) => Math.round(v).toString(16).padStart(2, '0')).join('');
}

function luminance({ r, g, b }: Rgb): number {
  const [x, y, z] = [r, g, b].map((v) => {
    const s = v / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
}

export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const at = (x: number, y: number): number => x + (y - x) * share;
  return { r: at(a.r, b.r), g: at(a.g, b.g), b: at(a.b, b.b) };
}

const WHITE: Rgb = { r: 255, g: 255, b: 255 };
// pure black: its contrast and white's multiply to 21, so the better of the two is never below 4.58
const INK: Rgb = { r: 0, g: 0, b: 0 };
const SURFACE = { light: WHITE, dark: { r: 26, g: 28, b: 33 } };
const TEXT = { light: { r: 26, g: 28, b: 33 }, dark: { r: 235, g: 237, b: 241 } };

/** Values for the brand tokens, or undefined where the colour can't be read. */
export function accentTokens(color: string, theme: 'light' | 'dark'): Record<string, string> | undefined {
  const brand = parseHex(color);
  if (!brand) return undefined;
  const surface = SURFACE[theme];
  const on = contrast(brand, WHITE) >= contrast(brand, INK) ? WHITE : INK;
  const soft = mix(surface, brand, theme === 'light' ? 0.08 : 0.16);
  const soft2 = mix(surface, brand, theme === 'light' ? 0.16 : 0.26);
  let text = brand;
  for (let share = 0; share <= 1 && contrast(text, soft2) < 4.5; share += 0.05) text = mix(brand, TEXT[theme], share);
  const hover = mix(brand, on === WHITE ? INK : WHITE, 0.1);
  return {
    '--hd-brand': toHex(brand),
    '--hd-brand-hover': toHex(hover),
    '--hd-brand-press': toHex(mix(brand, on === WHITE ? INK : WHITE, 0.2)),
    '--hd-on-brand': toHex(on),
    '--hd-brand-text': toHex(text),
    '--hd-brand-soft': toHex(soft),
    '--hd-brand-soft-2': toHex(soft2),
    '--hd-brand-line': toHex(mix(surface, brand, 0.35)),
    '--hd-bubble-me': toHex(brand),
    '--hd-bubble-me-text': toHex(on),
  };
}
