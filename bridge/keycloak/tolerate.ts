import { statusOf } from './failure.ts'

/** A thing that is there already is as good as made. */
export const unlessThere = async (call: Promise<unknown>): Promise<void> => {
  try {
    await call
  } catch (error) {
    if (statusOf(error) !== 409) throw error
  }
}

/** A thing that is gone already is as good as deleted. */
export const unlessGone = async (call: Promise<unknown>): Promise<void> => {
  try {
    await call
  } catch (error) {
    if (statusOf(error) !== 404) throw error
  }
}
