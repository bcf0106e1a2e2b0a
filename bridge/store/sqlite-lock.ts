import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Types of file systems (statfs) whose locks cannot be relied on: NFS, SMB, CIFS, SMB2, AFS, Ceph. */
const networkFileSystems: readonly number[] = [0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x00c36400]

/** Whether a file system of this type is reached over a network. */
export const isNetworkFileSystem = (type: number): boolean => networkFileSystems.includes(type)

/** Locks in force. Without this reference a collected handle would quietly let go of its file. */
const held = new Set<DatabaseSync>()

/**
 * Takes a database file for this process alone (D12), by a lock on a file beside it. The operating system keeps the
 * lock and drops it when the process ends, however it ends. Gives the function that lets go.
 * @throws Error with a sentence, where another process or another opener in this one has it
 */
export const lockSqliteFile = (file: string): (() => void) => {
  if (isNetworkFileSystem(statfsSync(dirname(file)).type)) {
    throw new Error('The database file is on a network file system, whose locks are not reliable; use a local one.')
  }
  const lock = new DatabaseSync(`${file}.lock`, { timeout: 0 })
  try {
    lock.exec('begin exclusive')
  } catch (cause) {
    lock.close()
    throw new Error(
      'Another bridge has this database file open. The embedded database serves one process; several need PostgreSQL.',
      { cause },
    )
  }
  held.add(lock)
  return () => {
    if (held.delete(lock)) lock.close()
  }
}
