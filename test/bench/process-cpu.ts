import { readdirSync, readFileSync } from 'node:fs'

/** Fields of /proc/<pid>/stat after the name, or nothing where the process is gone. */
const statOf = (pid: string): readonly string[] | undefined => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')
  } catch {
    return undefined
  }
}

/** CPU time, user and system, in milliseconds; Linux counts in hundredths of a second. */
const cpuOf = (fields: readonly string[]): number => (Number(fields[11]) + Number(fields[12])) * 10

/** CPU time a process has used so far, in milliseconds. */
export const processCpuMs = (pid: number): number => cpuOf(statOf(String(pid)) ?? [])

/** CPU time that all living processes of a process group have used so far, in milliseconds. */
export const groupCpuMs = (group: number): number =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .filter((fields) => fields !== undefined && Number(fields[2]) === group)
    .reduce((sum, fields) => sum + cpuOf(fields ?? []), 0)
