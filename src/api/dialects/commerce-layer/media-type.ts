/** The media type of JSON:API. */
export const MEDIA_TYPE = "application/vnd.api+json"
