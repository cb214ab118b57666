/** htm 3.1.1; see VENDOR.md. */

type Template<T> = (strings: TemplateStringsArray, ...values: unknown[]) => T;

declare const htm: {
  bind<T>(h: (type: any, props: any, ...children: any[]) => T): Template<T>;
};

export default htm;
