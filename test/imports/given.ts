/** A program that only these tests need, and that cannot be fetched by itself. */
export const given = (variable: string): string => {
  const value = process.env[variable]
  if (value === undefined || value === '') throw new Error(`${variable} is not set; see docs/development.md.`)
  return value
}
