import { describeGolden } from './golden/describe-golden.js';

describeGolden('manifests');
