// Where a visitor came from, in words.

/** The host of the page that led here; empty for none or for something that is no address. */
export function hostOf(referrer: string): string {
  try {
    return new URL(referrer).host.replace(/^www\./u, '');
  } catch {
    return '';
  }
}

/** What stands for a page without a title: its path. */
export function pageName(page: { url: string; title: string }): string {
  if (page.title.trim() !== '') return page.title;
  try {
    const { pathname, search } = new URL(page.url);
    return pathname + search;
  } catch {
    return page.url;
  }
}

/** Milliseconds spent on each page: until the next one was opened; unknown for the newest. Pages come newest first. */
export function stays(pages: readonly { at: number }[]): (number | null)[] {
  return pages.map((page, index) => {
    const next = pages[index - 1];
    return next === undefined ? null : Math.max(0, next.at - page.at);
  });
}
