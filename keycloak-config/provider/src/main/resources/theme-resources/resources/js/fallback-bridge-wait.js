// The waiting page of the fallback step: looks whether there is a decision, and moves on when there is one. Without it
// the page's button does the same.

const LOOK_EVERY_MS = 1_000
const LOOK_HIDDEN_EVERY_MS = 5_000
const LOOK_AT_MOST_MS = 8_000
const LONGEST_PAUSE_MS = 10_000
/** Minutes before the end that are said aloud; the others only change on the page. */
const TOLD_MINUTES = [5, 1]

const NEWS = 'application/vnd.fallback-bridge.wait+json'
/** Statuses of Keycloak's own pages, for instance of a login that is over; all others say nothing about it. */
const PAGE_STATUSES = [200, 400]

const page = document.getElementById('fallback-bridge-wait')
const state = document.getElementById('fallback-bridge-state')
const ends = document.getElementById('fallback-bridge-ends')
const checkForm = document.getElementById('fallback-bridge-check-form')
const texts = page.dataset

/** The login's address without the one-time code of this page: to look at it uses nothing up. */
const lookAt = new URL(checkForm.action)
lookAt.searchParams.delete('session_code')
const moveTo = new URL(lookAt)
moveTo.searchParams.delete('execution')

let looking
let isLeaving = false
let isAsked = false
let isLost = false
let failures = 0
let wake = () => {}

const fill = (text, values) => text.replaceAll(/\{(\w+)\}/g, (_, name) => values[name])
const say = (text) => {
  if (state.textContent !== text) state.textContent = text
}

/** One look. Whatever went wrong on the way is `unavailable`: the page stays as it is. */
const look = async () => {
  try {
    const response = await fetch(lookAt, {
      headers: { accept: NEWS },
      cache: 'no-store',
      redirect: 'manual',
      signal: AbortSignal.timeout(LOOK_AT_MOST_MS),
    })
    if (response.headers.get('content-type')?.startsWith(NEWS)) return await response.json()
    const isPage = response.type === 'opaqueredirect' || PAGE_STATUSES.includes(response.status)
    return { state: isPage ? 'move' : 'unavailable' }
  } catch {
    return { state: 'unavailable' }
  }
}

const rows = () => [...page.querySelectorAll('li')]

/** Whether the page tells of the very request that was looked at, but for who has decided meanwhile. */
const isSameRequest = ({ stage, match, asked }) =>
  stage === texts.stage &&
  match === texts.match &&
  asked.length === rows().length &&
  rows().every(({ dataset }, at) => dataset.label === asked[at].label && dataset.count === String(asked[at].count))

const showMinutes = (minutes) => {
  const text = minutes < 1 ? texts.endsSoon : minutes === 1 ? texts.endsInOne : fill(texts.endsIn, { minutes })
  if (ends.textContent === text) return
  ends.ariaLive = TOLD_MINUTES.includes(minutes) ? 'polite' : 'off'
  ends.textContent = text
}

const showDecided = (asked) => {
  for (const [at, row] of rows().entries()) {
    const place = row.querySelector('span')
    const text = fill(texts.given, asked[at])
    if (place.textContent === text) continue
    place.textContent = text
    say(`${asked[at].label}: ${text}`)
  }
}

const show = ({ asked, minutes }) => {
  if (isLost) say(texts.back)
  else if (isAsked) say(texts.undecided)
  isLost = false
  failures = 0
  showMinutes(minutes)
  showDecided(asked)
}

const showUnavailable = () => {
  failures += 1
  // One look that fails is no outage, unless somebody asked for it.
  if (failures === 1 && !isAsked) return
  isLost = true
  say(texts.lost)
}

const pauseMs = () => {
  const every = document.hidden ? LOOK_HIDDEN_EVERY_MS : LOOK_EVERY_MS
  const backedOff = Math.min(every * 2 ** failures, Math.max(every, LONGEST_PAUSE_MS))
  // Not all at once when the bridge is back.
  return failures === 0 ? every : backedOff * (0.75 + Math.random() / 4)
}

const pause = () =>
  new Promise((resolve) => {
    wake = resolve
    setTimeout(resolve, isAsked ? 0 : pauseMs())
  })

const keepLooking = async () => {
  while (!isLeaving) {
    await pause()
    if (isLeaving) return
    const wasAsked = isAsked
    looking = look()
    const news = await looking
    looking = undefined
    if (isLeaving) return
    if (news.state === 'move' || (news.state === 'wait' && !isSameRequest(news))) {
      isLeaving = true
      location.replace(moveTo)
      return
    }
    if (news.state === 'wait') show(news)
    else showUnavailable()
    if (wasAsked) isAsked = false
  }
}

const lookNow = () => wake()

checkForm.addEventListener('submit', (event) => {
  if (isLeaving) return
  event.preventDefault()
  say('')
  isAsked = true
  lookNow()
})

// A look that is under way while the login changes would write its own view of the login over the change.
document.addEventListener('submit', async (event) => {
  if (event.target === checkForm) return
  isLeaving = true
  if (looking === undefined) return
  event.preventDefault()
  await looking
  event.target.requestSubmit(event.submitter)
})

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) lookNow()
})
addEventListener('online', lookNow)
// The page was left and came back as it was.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.replace(moveTo)
})

if (state.textContent === '') say(texts.moves)
await keepLooking()
