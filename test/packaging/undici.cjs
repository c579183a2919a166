// What the toolkit needs of undici: the packaged file holds nothing else of it (tsconfig.json, `paths`).
exports.ProxyAgent = require('undici/lib/dispatcher/proxy-agent');
