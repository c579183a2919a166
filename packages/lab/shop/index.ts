export {
  makeShopRepository,
  services,
  suiteTag,
  type ServiceName,
  type ShopRepository,
} from './repository.js';
