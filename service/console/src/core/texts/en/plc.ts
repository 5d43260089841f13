export const plc = {} as const;
