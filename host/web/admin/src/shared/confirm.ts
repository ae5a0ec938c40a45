import { shallowRef } from 'vue'

export interface Question {
  /** Names the thing: "Switch Content filter to 1.1.0?" */
  title: string
  /** The effect, in sentences. */
  text: string[]
  /** What does not break, as a checked list. */
  safe?: string[]
  /** Repeats the verb. */
  action: string
  danger?: boolean
  /** Must be typed before the action unlocks: for what can't be undone. */
  type?: string
}

export const asked = shallowRef<{ question: Question; answer: (yes: boolean) => void } | null>(null)

/** Asks in the one dialog of the page; a second question answers the first with no. */
export function confirm(question: Question): Promise<boolean> {
  asked.value?.answer(false)
  return new Promise((resolve) => {
    asked.value = {
      question,
      answer: (yes) => {
        asked.value = null
        resolve(yes)
      },
    }
  })
}
