/** What is asked of the API, for the sentences of errors. */
export interface Operation {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'replace' | 'apply' | 'patch' | 'delete';
  /** `Deployment shop/catalog` */
  readonly subject: string;
}
