export type PasswordFault = 'too_short' | 'too_long' | 'same_as_old' | 'not_equal'

/** What keeps a new password from being sent; null when nothing does. Length counts characters, not bytes. */
export function checkNewPassword(fresh: string, again: string, old: string): PasswordFault | null {
  const length = [...fresh].length
  if (length < 10) return 'too_short'
  if (length > 128) return 'too_long'
  if (fresh === old) return 'same_as_old'
  if (fresh !== again) return 'not_equal'
  return null
}
