/** When a spool is looked into for what other processes have left. Set-up comes first. */
export const FIRST_LOOK_MILLIS = 250;
/** Others may end while this process runs. */
export const LOOK_MILLIS = 30_000;
