export { buildCatalogImage, compileCatalog, type CatalogRelease } from './catalog.js';
