// Time: how fast the frames of a run follow one another, and how many are due at a moment. Numbers
// alone, so that time can be tried out without waiting for it.

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16]

/** The index of the last of `steps` (increasing) that is not beyond `step`, or the first index. */
export function nearest(steps, step) {
  let low = 0, high = steps.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (steps[middle] <= step) low = middle
    else high = middle - 1
  }
  return low
}

/** The speed that stands `by` places further in SPEEDS, or the outermost one. */
export function speedBeside(speed, by) {
  const at = SPEEDS.indexOf(speed) + by
  return SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at))]
}

/** Frames per second. A whole run takes about ten seconds at 1×, whatever its length. */
export function rate(frames, speed) {
  return Math.max(2, Math.min(60, frames / 10)) * speed
}

/** Counts the frames that are due. What is left of a frame is kept for the next moment, and of a
 * long silence (the browser was busy, or the page out of sight) only a quarter of a second counts.
 */
export function pulse() {
  let before = 0, carried = 0, moments = []
  return {
    /** now: milliseconds, as animation frames tell them; perSecond: see `rate`. */
    due(now, perSecond) {
      moments.push(now)
      while (moments[0] < now - 1000) moments.shift()
      carried += Math.min(0.25, (now - (before || now)) / 1000) * perSecond
      before = now
      const whole = Math.floor(carried)
      carried -= whole
      return whole
    },
    reset() {
      before = carried = 0
      moments = []
    },
    /** How often it was asked in the last second. */
    get perSecond() { return moments.length },
  }
}
