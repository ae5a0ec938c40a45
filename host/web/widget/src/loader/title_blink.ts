// "(2) New messages" in the tab's title while the page is hidden; the page's own title comes back when it is seen.

export class TitleBlink {
  #own: string | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** `text` undefined: nothing to tell. */
  set(text: string | undefined): void {
    this.stop();
    if (!text || !document.hidden) return;
    const own = (this.#own = document.title);
    document.title = text;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    this.#timer = setInterval(() => (document.title = document.title === text ? own : text), 1500);
  }

  stop(): void {
    clearInterval(this.#timer);
    if (this.#own !== undefined) document.title = this.#own;
    this.#own = undefined;
  }
}
