// Tests of types.
type Same<A, B> = [A, B] extends [B, A] ? (IsAny<A> extends IsAny<B> ? true : false) : false;
type IsAny<T> = 0 extends 1 & T ? true : false;
/** Compiles only when both types are the same. */
export const same = <A, B>(_proof: Same<A, B>): void => undefined;
