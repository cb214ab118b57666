/** The hooks of Preact 10.28.0 that the page uses; see VENDOR.md. */

type Update<S> = S | ((previous: S) => S);
type Cleanup = void | (() => void);

export function useState<S>(initial: S | (() => S)): [S, (value: Update<S>) => void];
export function useRef<T>(initial: T): { current: T };
export function useMemo<T>(make: () => T, inputs: readonly unknown[]): T;
export function useCallback<F extends Function>(callback: F, inputs: readonly unknown[]): F;
export function useEffect(effect: () => Cleanup, inputs?: readonly unknown[]): void;
export function useLayoutEffect(effect: () => Cleanup, inputs?: readonly unknown[]): void;
export function useErrorBoundary(callback?: (error: any) => void): [any, () => void];
export function useId(): string;
