// "(2) New messages" in the tab's title while the page is hidden; the page's own title comes back when it is seen.

export class TitleBlink {
  #own: string | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #text = '';

  /** `text` undefined: nothing to tell. */
  set(text: string | undefined): void {
    if (text === undefined || !document.hidden) return this.stop();
    this.#text = text;
    if (this.#own !== undefined) return;
    this.#own = document.title;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    document.title = this.#text;
    if (still) return;
    let shown = true;
    this.#timer = setInterval(() => {
      shown = !shown;
      document.title = shown ? this.#text : (this.#own ?? '');
    }, 1500);
  }

  stop(): void {
    clearInterval(this.#timer);
    if (this.#own !== undefined) document.title = this.#own;
    this.#own = undefined;
  }
}
