import { sql } from 'kysely'
import { z } from 'zod'
import type { Factor, FactorStore } from '../app/ports.ts'
import { BridgeError } from '../domain/errors.ts'
import { asId } from '../domain/ids.ts'
import type { Executor } from './database.ts'
import { countOf, integerColumn, optionalColumn, rowsOf } from './query.ts'

const factorRow = z
  .object({
    realm: z.string(),
    handle: z.string(),
    user_id: z.string(),
    state: z.enum(['pending', 'confirmed']),
    session: z.string(),
    key_id: z.string(),
    secret: z.instanceof(Uint8Array),
    last_step: optionalColumn(integerColumn),
    confirm_attempts: integerColumn,
    created_at: integerColumn,
    confirmed_at: optionalColumn(integerColumn),
  })
  .transform(
    (row): Factor => ({
      handle: asId(row.handle),
      realm: asId(row.realm),
      user: asId(row.user_id),
      state: row.state,
      session: row.session,
      secret: { keyId: row.key_id, box: row.secret },
      lastStep: row.last_step,
      confirmAttempts: row.confirm_attempts,
      createdAt: row.created_at,
      confirmedAt: row.confirmed_at,
    }),
  )

const columns = sql.raw(
  'realm, handle, user_id, state, session, key_id, secret, last_step, confirm_attempts, created_at, confirmed_at',
)

/** The bridge's TOTP factors. A time step is consumed by one conditional update (I2, I9, B13, B15). */
export const createFactorStore = (executor: Executor): FactorStore => ({
  insert: async (fresh) => {
    await countOf(
      executor,
      sql`insert into factor (${columns})
        values (${fresh.realm}, ${fresh.handle}, ${fresh.user}, ${fresh.state}, ${fresh.session},
          ${fresh.secret.keyId}, ${fresh.secret.box}, ${fresh.lastStep ?? null}, ${fresh.confirmAttempts},
          ${fresh.createdAt}, ${fresh.confirmedAt ?? null})
        returning handle`,
    )
  },

  findPending: async (realm, user, session) => {
    const [newest] = await rowsOf(
      executor,
      factorRow,
      sql`select ${columns} from factor
        where realm = ${realm} and user_id = ${user} and session = ${session} and state = 'pending'
        order by created_at desc, handle desc limit 1`,
    )
    return newest
  },

  findConfirmed: async (realm, user, handles) => {
    if (handles.length === 0) return []
    return rowsOf(
      executor,
      factorRow,
      sql`select ${columns} from factor
        where realm = ${realm} and user_id = ${user} and state = 'confirmed' and handle in (${sql.join(handles)})
        order by created_at, handle`,
    )
  },

  consumeStep: async (realm, handle, step) => {
    const consumed = await countOf(
      executor,
      sql`update factor set last_step = ${step}
        where realm = ${realm} and handle = ${handle} and (last_step is null or last_step < ${step})
        returning handle`,
    )
    return consumed === 1
  },

  countConfirmAttempt: async (realm, handle, limit) => {
    const counted = await countOf(
      executor,
      sql`update factor set confirm_attempts = confirm_attempts + 1
        where realm = ${realm} and handle = ${handle} and state = 'pending' and confirm_attempts < ${limit}
        returning handle`,
    )
    return counted === 1
  },

  confirm: async (realm, handle, at) => {
    const confirmed = await countOf(
      executor,
      sql`update factor set state = 'confirmed', confirmed_at = ${at}
        where realm = ${realm} and handle = ${handle} and state = 'pending' returning handle`,
    )
    if (confirmed !== 1) throw new BridgeError('case_conflict')
  },
})
