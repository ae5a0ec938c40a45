import { h, type FunctionalComponent } from 'vue'
import { icons, type IconName } from './icons'

/** Decoration only: the word beside it, or the button's label, speaks for it. */
export const Icon: FunctionalComponent<{ name: IconName; size?: 12 | 14 | 16 | 18 | 20 | 24 }> = (props) =>
  h('svg', { class: ['i', props.size && props.size !== 16 ? `i${props.size}` : null], viewBox: '0 0 20 20', 'aria-hidden': 'true' }, h('path', { d: icons[props.name] }))
Icon.props = { name: { type: String, required: true }, size: { type: Number, default: 16 } } as never
