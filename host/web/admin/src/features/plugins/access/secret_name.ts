/** The server's rule for names of secrets, told before it has to say no. */
export const secretNameOk = (name: string): boolean => /^[A-Za-z0-9_.-]{1,64}$/.test(name.trim())
