/** Whether a host, as a URL or a setting names it, is this machine itself. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}|::1|\[::1\])$/.test(host)
