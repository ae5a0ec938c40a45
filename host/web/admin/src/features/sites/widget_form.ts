import type { WidgetSettings } from '../../types'

export const mostQuestions = 6
export const colors = ['#2457e6', '#0e8a7d', '#1e8347', '#a63f00', '#c9302f', '#8a2f6b', '#5835a6', '#262b36'] as const

/** The whole of a widget's settings, whatever an older server left out. */
export function complete(widget: Partial<WidgetSettings>): WidgetSettings {
  return {
    title: widget.title ?? '',
    greeting: widget.greeting ?? '',
    color: widget.color ?? colors[0],
    position: widget.position ?? 'right',
    locale: widget.locale ?? 'auto',
    reply_time: widget.reply_time ?? '',
    team: widget.team ?? [],
    quick: widget.quick ?? [],
  }
}

/** As it is sent: without empty questions and stray blanks. */
export const cleaned = (widget: WidgetSettings): WidgetSettings => ({ ...widget, title: widget.title.trim(), greeting: widget.greeting.trim(), reply_time: widget.reply_time.trim(), quick: widget.quick.map((q) => q.trim()).filter(Boolean) })
export const same = (a: WidgetSettings, b: WidgetSettings): boolean => JSON.stringify(cleaned(a)) === JSON.stringify(cleaned(b))
