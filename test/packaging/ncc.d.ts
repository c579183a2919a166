/** The part of ncc that the build uses; the package has no types of its own. */
declare module '@vercel/ncc' {
  export interface NccOptions {
    readonly cache: boolean;
    readonly license: string;
    readonly minify: boolean;
    readonly quiet: boolean;
    readonly sourceMap: boolean;
    readonly target: string;
  }

  export interface NccResult {
    readonly code: string;
    readonly assets: Readonly<Record<string, { readonly source: string | Buffer } | undefined>>;
  }

  export default function ncc(entry: string, options: NccOptions): Promise<NccResult>;
}
