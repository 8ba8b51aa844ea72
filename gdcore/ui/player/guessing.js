// The quiz: the room guesses where the next point will land, then sees it and by how much it was
// wrong.

import { fill } from './words.js'

const short = value => +value.toPrecision(3)

/** What the quiz says at frame `index`. guess: where (`at`) the room expected the point after the
 * frame `index` of the guess, or null; places: where each frame's point does lie.
 */
export function sentence({ guess, index, places, words }) {
  if (guess && index === guess.index + 1) {
    const actual = places[index]
    return fill(words.told, {
      guess: short(guess.at), actual: short(actual), error: short(Math.abs(guess.at - actual)),
    })
  }
  return index < places.length - 1 ? words.ask : words.over
}
