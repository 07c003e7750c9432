// Other software over the very bytes that mitome_bench verifies: node peer_mdoc.mjs FOLDER_WITH_NODE_MODULES EXPORT_FOLDER
// Prints "name:work microseconds" lines, medians of CPU time (all threads of the process).
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify, webcrypto, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

globalThis.crypto ??= webcrypto;
const [packages, data] = process.argv.slice(2);
const require = createRequire(join(packages, 'package.json'));
const read = (name) => readFileSync(join(data, name));

async function median(name, rounds, times, work) {
  const figures = [];
  await work();
  for (let round = 0; round < rounds; ++round) {
    const begin = process.cpuUsage();
    for (let i = 0; i < times; ++i) await work();
    const used = process.cpuUsage(begin);
    figures.push((used.user + used.system) / times);
  }
  figures.sort((a, b) => a - b);
  console.log(`${name} ${figures[Math.floor(rounds / 2)].toFixed(1)}`);
}

function flipped(bytes) {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(Buffer.alloc(64, 0x5a));
  copy[at + 100] ^= 1;
  return copy;
}

async function refuses(what, work) {
  try {
    await work();
  } catch {
    return;
  }
  throw new Error(`${what} accepts a flipped byte`);
}

const response = read('response.cbor');
const transcript = read('transcript.cbor');
const issuerKey = createPrivateKey(read('ds_key.pem')).export({ format: 'jwk' });
const deviceKey = createPublicKey(read('device.pem')).export({ format: 'jwk' });
const validity = { signed: new Date('2026-05-31T01:00:00Z'), validFrom: new Date('2026-05-31T01:00:00Z'), validUntil: new Date('2026-06-14T01:00:00Z') };
const claims = { portrait: Buffer.alloc(20000, 0x5a) };
for (let i = 0; i < 24; ++i) claims[`element_${i}`] = 'x'.repeat(200);

async function auth0() {
  const { Verifier, Document } = require('@auth0/mdl');
  const verifier = new Verifier([read('iaca.pem').toString()]);
  // Times are judged by the system's clock there; our document may lie outside, and that one check is not counted.
  const onCheck = (check) => {
    if (check.status === 'FAILED' && check.category !== 'DOCUMENT_FORMAT' && !/valid|expired|time|date/i.test(check.check)) throw new Error(check.check + ': ' + check.reason);
  };
  const check = (bytes) => verifier.verify(bytes, { encodedSessionTranscript: transcript, onCheck });
  await refuses('@auth0/mdl', () => check(flipped(response)));
  await median('@auth0/mdl:verify', 7, 20, () => check(response));
  await median('@auth0/mdl:issue', 7, 20, () =>
    new Document('org.iso.18013.5.1.mDL')
      .addIssuerNameSpace('org.iso.18013.5.1', claims)
      .useDigestAlgorithm('SHA-256')
      .addValidityInfo(validity)
      .addDeviceKeyInfo({ deviceKey })
      .sign({ issuerPrivateKey: issuerKey, issuerCertificate: read('ds.pem').toString(), alg: 'ES256', kid: '1' }));
}

/// The callbacks that @owf/mdoc asks for, by node's own OpenSSL: the fastest there is for it.
function owfContext(owf) {
  const asKey = (key, make) => make({ key: key.jwk, format: 'jwk' });
  const verifySignature = ({ key, sign1 }) =>
    verify('sha256', sign1.toBeSigned, { key: asKey(key, createPublicKey), dsaEncoding: 'ieee-p1363' }, sign1.signature);
  const names = (certificate) => new X509Certificate(certificate).issuer.split('\n').map((line) => line.split('='));
  return {
    crypto: {
      random: (length) => randomBytes(length),
      digest: ({ digestAlgorithm, bytes }) => createHash(digestAlgorithm.replace('-', '').toLowerCase()).update(bytes).digest(),
      calculateEphemeralMacKey: () => {
        throw new Error('no MAC here');
      },
    },
    cose: {
      sign1: {
        sign: ({ toBeSigned, key }) => sign('sha256', toBeSigned, { key: asKey(key, createPrivateKey), dsaEncoding: 'ieee-p1363' }),
        verify: verifySignature,
      },
      mac0: { sign: () => { throw new Error('no MAC here'); }, verify: () => false },
    },
    x509: {
      getIssuerNameField: ({ certificate, field }) => names(certificate).filter(([name]) => name === field).map(([, value]) => value),
      getPublicKey: ({ certificate }) => owf.CoseKey.fromJwk(new X509Certificate(certificate).publicKey.export({ format: 'jwk' })),
      verifyCertificateChain: ({ trustedCertificates, x5chain }) => {
        const leaf = new X509Certificate(x5chain[0]);
        const roots = trustedCertificates.map((root) => new X509Certificate(root));
        if (!roots.some((root) => leaf.checkIssued(root) && leaf.verify(root.publicKey))) throw new Error('untrusted');
      },
      getCertificateData: ({ certificate }) => {
        const read = new X509Certificate(certificate);
        return {
          issuerName: read.issuer, subjectName: read.subject, serialNumber: read.serialNumber, thumbprint: read.fingerprint256,
          notBefore: new Date(read.validFrom), notAfter: new Date(read.validTo), pem: read.toString(),
        };
      },
    },
  };
}

async function openWallet() {
  const owf = await import(pathToFileURL(join(packages, 'node_modules/@owf/mdoc/dist/index.mjs')));
  const context = owfContext(owf);
  const root = new X509Certificate(read('iaca.pem')).raw;
  const check = (bytes) =>
    owf.Verifier.verifyDeviceResponse(
      { deviceResponse: bytes, sessionTranscript: transcript, trustedCertificates: [root], now: new Date('2026-06-01T01:00:00Z') },
      context,
    );
  await check(response);
  await refuses('@owf/mdoc', () => check(flipped(response)));
  await median('@owf/mdoc:verify', 7, 20, () => check(response));
  const signingKey = owf.CoseKey.fromJwk(issuerKey);
  const holderKey = owf.DeviceKey.fromJwk(deviceKey);
  await median('@owf/mdoc:issue', 7, 20, async () => {
    const issuer = new owf.Issuer('org.iso.18013.5.1.mDL', context);
    issuer.addIssuerNamespace('org.iso.18013.5.1', claims);
    const issued = await issuer.sign({
      signingKey, algorithm: owf.SignatureAlgorithm.ES256, digestAlgorithm: 'SHA-256', validityInfo: validity,
      deviceKeyInfo: { deviceKey: holderKey }, certificates: [new X509Certificate(read('ds.pem')).raw],
    });
    issued.encode();
  });
}

for (const [name, measure] of [['@auth0/mdl', auth0], ['@owf/mdoc', openWallet]]) {
  try {
    await measure();
  } catch (error) {
    console.error(`${name}: not measured: ${error.message}`);
  }
}
