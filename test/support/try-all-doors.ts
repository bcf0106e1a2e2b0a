import { type Door, withParameters } from './doors.ts'
import { assertOutside } from './nobody-in.ts'
import type { Fields, Tab } from './tab.ts'

/** Tries every door with every field, from a page that `stand` leads to each time anew. */
export const tryAllDoors = async (
  tab: Tab,
  stand: () => Promise<void>,
  {
    own,
    doors: tried,
    fields,
    goodCode,
  }: { own: string; doors: readonly Door[]; fields: () => readonly Fields[]; goodCode: () => string },
): Promise<void> => {
  for (const door of tried) {
    for (const sent of fields()) {
      await stand()
      // The page's own step may answer its own form; what that leads to is no entrance by another door.
      if (door.authenticator === own && sent['tryAnotherWay'] === undefined) continue
      await tab.post(sent, withParameters(tab.action, { execution: door.id }))
      assertOutside(tab, `execution=${door.name} with ${Object.keys(sent)}`)
    }
    await stand()
    await tab.post({ authenticationExecution: door.id, code: goodCode() })
    assertOutside(tab, `authenticationExecution=${door.name}`)
    await stand()
    await tab.post({ tryAnotherWay: 'on' })
    await tab.post({ authenticationExecution: door.id, code: goodCode() })
    assertOutside(tab, `try another way, then authenticationExecution=${door.name}`)
    await stand()
    await tab.get(withParameters(tab.action, { execution: door.id, session_code: undefined, code: goodCode() }))
    assertOutside(tab, `GET of execution=${door.name}`)
  }
}
