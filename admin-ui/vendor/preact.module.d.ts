/** The part of Preact 10.28.0 that the page uses; see VENDOR.md. */

export interface VNode<P = any> {
  type: string | ((props: P) => ComponentChildren);
  props: P & { children: ComponentChildren };
  key: string | number | null;
}

export type ComponentChild = VNode | string | number | bigint | boolean | null | undefined;
export type ComponentChildren = ComponentChild | ComponentChild[];

export function h(type: any, props: object | null, ...children: ComponentChildren[]): VNode;
export function render(child: ComponentChild, parent: Element): void;
