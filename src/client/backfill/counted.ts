/** `1 request`, `2,000 requests`. */
export function counted(number: number, one: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : `${one}s`}`;
}
