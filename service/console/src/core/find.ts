/** How well a name fits what somebody types: lower is better, null = not at all. */
export function closeness(name: string, typed: string): number | null {
  const where = plain(name);
  const words = plain(typed).split(" ").filter(Boolean);
  let sum = 0;
  for (const word of words) {
    const at = where.indexOf(word);
    if (at < 0) return null;
    sum += at === 0 ? 0 : where[at - 1] === " " ? 1 : 3;
  }
  return sum + where.length / 1000;
}

/** Without accents, signs and case. */
function plain(words: string): string {
  return words
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
