// Nothing yet.
export const handler = async (): Promise<void> => {};
