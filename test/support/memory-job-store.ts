import type { Job, JobStore, Transaction, UnitOfWork } from '../../bridge/app/ports.ts'

type Row = Job & { owner: string | undefined; leaseUntil: number }

/** A job store in memory, and a unit of work that has nothing else: for tests of the runner alone. */
export const createMemoryJobs = () => {
  let rows: Row[] = []
  let count = 0
  let fault: Error | undefined

  const isHead = (row: Row) => rows.find((other) => other.lane === row.lane) === row
  const owned = (id: string, owner: string) => rows.find((row) => row.id === id && row.owner === owner)

  const jobs: JobStore = {
    add: async (job) => {
      count += 1
      rows.push({ ...job, id: String(count), attempts: 0, owner: undefined, leaseUntil: 0 })
    },
    lease: async (now, owner, leaseUntil, most) => {
      const due = rows.filter((row) => row.dueAt <= now && row.leaseUntil <= now && isHead(row)).slice(0, most)
      for (const row of due) Object.assign(row, { owner, leaseUntil, attempts: row.attempts + 1 })
      return due.map(({ owner: _owner, leaseUntil: _leaseUntil, ...job }) => job)
    },
    done: async (id, owner) => {
      const row = owned(id, owner)
      rows = rows.filter((other) => other !== row)
    },
    retry: async (id, owner, dueAt) => {
      Object.assign(owned(id, owner) ?? {}, { dueAt, owner: undefined, leaseUntil: 0 })
    },
    nextDue: async () => {
      const times = rows.filter(isHead).map((row) => Math.max(row.dueAt, row.leaseUntil))
      return times.length === 0 ? undefined : Math.min(...times)
    },
  }

  const unitOfWork: UnitOfWork = async (work) => {
    if (fault !== undefined) throw fault
    return work({ jobs } as Transaction)
  }

  return {
    jobs,
    unitOfWork,
    left: () => rows.length,
    /** Lets every transaction fail; undefined heals it. */
    failWith: (error: Error | undefined) => {
      fault = error
    },
  }
}
