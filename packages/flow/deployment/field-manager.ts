/** Who owns, in the API's record, the fields that are in our manifests. */
export const fieldManager = 'slipway';
