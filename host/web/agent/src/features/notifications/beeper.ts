// Two soft tones, made on the spot: no sound file to load. Browsers keep sound locked until the first click or key.

export class Beeper {
  private context: AudioContext | null = null;
  private lastAt = 0;

  unlock(): void {
    if (!('AudioContext' in window)) return;
    this.context ??= new AudioContext();
    if (this.context.state === 'suspended') void this.context.resume().catch(() => undefined);
  }

  /** At most one ring per second, silent while locked. */
  play(): void {
    const context = this.context;
    if (context === null || context.state !== 'running' || Date.now() - this.lastAt < 1_000) return;
    this.lastAt = Date.now();
    tone(context, 880, 0);
    tone(context, 1175, 0.12);
  }
}

function tone(context: AudioContext, hertz: number, delay: number): void {
  const at = context.currentTime + delay;
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.12, at + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.001, at + 0.22);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.25);
}
