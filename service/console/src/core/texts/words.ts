/** The same keys in another language. */
export type Words<English> = { readonly [Key in keyof English]: string };
