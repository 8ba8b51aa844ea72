// The keyboard: which key asks for what, and which keys belong to somebody else.

const KEYS = {
  ' ': 'play', ArrowLeft: 'back', ArrowRight: 'on', Home: 'first', End: 'last', g: 'guess',
  '+': 'faster', '=': 'faster', '-': 'slower', Escape: 'leave',
}
// Keys belong to the form field, slider, menu or link that has the focus before they belong to us.
const BUSY = 'input, textarea, select, [contenteditable="true"], [role="slider"], [role="combobox"],'
  + '[role="listbox"], [role="textbox"], [role="option"], [role="radio"], [role="tab"],'
  + '[role="menuitem"], [role="menu"], [role="dialog"], [role="grid"], canvas[data-testid]'

/** What a key asks of the bar `root`, or null where it is not meant for the bar. */
export function wish({ key, target, ctrlKey, altKey, metaKey }, root) {
  const asked = Object.hasOwn(KEYS, key) ? KEYS[key] : null
  if (ctrlKey || altKey || metaKey || !asked) return null
  if (target.matches?.('.gd-speed') || !root.isConnected) return null
  if (!root.contains(target) && target.closest?.(BUSY)) return null
  if (key === ' ' && target.closest?.('button, a, summary')) return null
  return asked
}

/** The button that leads off the stage; only while the page is presented is Escape ours. */
export function exit(search, page) {
  const presented = new URLSearchParams(search).get('present') === '1'
  return presented ? page.querySelector('.st-key-stage button') : null
}
