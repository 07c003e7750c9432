// The three libraries behind one form: issue → IssuerSigned, present → DeviceResponse, verify → resolves or throws.
import { createHash, createHmac, createPrivateKey, createPublicKey, diffieHellman, hkdfSync, randomBytes, sign, verify, X509Certificate } from "node:crypto";
import auth0 from "@auth0/mdl";
import * as animo from "@animo-id/mdoc";
import * as owf from "@owf/mdoc";
import { array, bytes, cut, head, map, text } from "./cbor.mjs";

const fromJwk = (jwk) => (jwk.d ? createPrivateKey({ key: jwk, format: "jwk" }) : createPublicKey({ key: jwk, format: "jwk" }));
const coordinate = (value) => Buffer.from(value, "base64url");
const publicJwk = ({ kty, crv, x, y }) => ({ kty, crv, x, y });
const der = (pem) => new Uint8Array(new X509Certificate(pem).raw);

const coseKey = (jwk, withPrivate) =>
  Buffer.concat([
    head(5, withPrivate ? 5 : 4), head(0, 1), head(0, 2), head(1, 0), head(0, 1), head(1, 1), bytes(coordinate(jwk.x)),
    head(1, 2), bytes(coordinate(jwk.y)), ...(withPrivate ? [head(1, 3), bytes(coordinate(jwk.d))] : []),
  ]);

const eMacKey = (privateKey, publicKey, transcript) => {
  const secret = diffieHellman({ privateKey, publicKey });
  const salt = createHash("sha256").update(transcript).digest();
  return Buffer.from(hkdfSync("sha256", secret, salt, "EMacKey", 32));
};
const pointToJwk = (point) => ({
  kty: "EC", crv: "P-256", x: Buffer.from(point.subarray(1, 33)).toString("base64url"), y: Buffer.from(point.subarray(33)).toString("base64url"),
});
const ecdsa = (data, jwk) => new Uint8Array(sign("sha256", data, { key: fromJwk(jwk), dsaEncoding: "ieee-p1363" }));
const ecdsaGood = (data, jwk, signature) =>
  verify("sha256", data, { key: fromJwk(publicJwk(jwk)), dsaEncoding: "ieee-p1363" }, signature);

const digest = ({ digestAlgorithm, bytes: data }) => new Uint8Array(createHash(digestAlgorithm.replace("-", "").toLowerCase()).update(data).digest());
const chainGood = ({ trustedCertificates, x5chain }) => {
  const leaf = new X509Certificate(x5chain[0]);
  const trusted = trustedCertificates.map((one) => new X509Certificate(one));
  if (!trusted.some((root) => leaf.checkIssued(root) && leaf.verify(root.publicKey))) throw new Error("chain not trusted");
};
const x509 = {
  getIssuerNameField: ({ certificate, field }) =>
    new X509Certificate(certificate).issuer.split("\n").filter((line) => line.startsWith(`${field}=`)).map((line) => line.slice(field.length + 1)),
  getCertificateData: ({ certificate }) => {
    const parsed = new X509Certificate(certificate);
    return {
      issuerName: parsed.issuer, subjectName: parsed.subject, serialNumber: parsed.serialNumber, thumbprint: parsed.fingerprint256,
      notBefore: new Date(parsed.validFrom), notAfter: new Date(parsed.validTo), pem: parsed.toString(),
    };
  },
};
const certificateJwk = (certificate) => new X509Certificate(certificate).publicKey.export({ format: "jwk" });

const animoContext = {
  crypto: {
    random: (length) => new Uint8Array(randomBytes(length)),
    digest,
    // animo hands in the private scalar alone: the public half is found again through the world below.
    calculateEphemeralMacKeyJwk: ({ privateKey, publicKey, sessionTranscriptBytes }) => {
      const known = world.privateKeys.find((jwk) => coordinate(jwk.d).equals(Buffer.from(privateKey)));
      const key = eMacKey(fromJwk(known), fromJwk(pointToJwk(publicKey)), sessionTranscriptBytes);
      return { kty: "oct", k: key.toString("base64url"), alg: "HS256" };
    },
  },
  cose: {
    sign1: {
      sign: ({ sign1, jwk }) => ecdsa(sign1.getRawSigningData().data, jwk),
      verify: ({ sign1, jwk, options }) => {
        const { data, signature } = sign1.getRawVerificationData(options);
        return ecdsaGood(data, jwk, signature);
      },
    },
    mac0: {
      sign: ({ mac0, jwk }) => new Uint8Array(createHmac("sha256", coordinate(jwk.k)).update(mac0.getRawSigningData().data).digest()),
      verify: ({ mac0, jwk, options }) => {
        const { data, signature } = mac0.getRawVerificationData(options);
        return createHmac("sha256", coordinate(jwk.k)).update(data).digest().equals(Buffer.from(signature));
      },
    },
  },
  x509: { ...x509, getPublicKey: ({ certificate }) => certificateJwk(certificate), validateCertificateChain: chainGood },
};

const owfContext = {
  crypto: {
    // It draws digest ids from four bytes and does not keep them below 2^31, as ISO/IEC 18013-5 9.1.2.4 asks; here they are.
    random: (length) => {
      const out = new Uint8Array(randomBytes(length));
      if (length === 4) out[0] &= 0x7f;
      return out;
    },
    digest,
    calculateEphemeralMacKey: () => { throw new Error("the MAC of @owf/mdoc 0.6.0 does not work (it compares a name with a number)"); },
  },
  cose: {
    sign1: {
      sign: ({ toBeSigned, key }) => ecdsa(toBeSigned, key.jwk),
      verify: ({ sign1, key }) => ecdsaGood(sign1.toBeSigned, key.jwk, sign1.signature),
    },
    mac0: { sign: () => { throw new Error("no MAC"); }, verify: () => false },
  },
  x509: { ...x509, getPublicKey: ({ certificate }) => owf.CoseKey.fromJwk(certificateJwk(certificate)), verifyCertificateChain: chainGood },
};

/// The keys, certificates and transcript of one run; set by judge.mjs.
export const world = { privateKeys: [] };

/// What auth0 and animo call an MDoc: a DeviceResponse without deviceSigned.
const asMdoc = (issuerSigned) =>
  map([
    [text("version"), text("1.0")],
    [text("documents"), array(map([[text("docType"), text(world.doctype)], [text("issuerSigned"), issuerSigned]]))],
    [text("status"), head(0, 0)],
  ]);
const issuerSignedOf = (mdoc) => cut(Buffer.from(mdoc), "documents", 0, "issuerSigned");

const presentationDefinition = () => ({
  id: "asked",
  input_descriptors: [{
    id: world.doctype,
    format: { mso_mdoc: { alg: ["ES256"] } },
    constraints: {
      limit_disclosure: "required",
      fields: world.asked.map((name) => ({ path: [`$['${world.nameSpace}']['${name}']`], intent_to_retain: false })),
    },
  }],
});
const validity = () => ({ signed: world.signedAt, validFrom: world.signedAt, validUntil: world.validUntil });

export const auth0Library = {
  name: "@auth0/mdl", mac: true,
  issue: async () => {
    const document = await new auth0.Document(world.doctype)
      .addIssuerNameSpace(world.nameSpace, world.claims)
      .useDigestAlgorithm("SHA-256")
      .addValidityInfo(validity())
      .addDeviceKeyInfo({ deviceKey: publicJwk(world.device) })
      .sign({ issuerPrivateKey: { ...world.ds, kid: "ds" }, issuerCertificate: world.dsPem, alg: "ES256" });
    return issuerSignedOf(new auth0.MDoc([document]).encode());
  },
  present: async (issuerSigned, mac) => {
    const response = auth0.DeviceResponse.from(new Uint8Array(asMdoc(issuerSigned)))
      .usingPresentationDefinition(presentationDefinition())
      .usingSessionTranscriptBytes(world.transcript);
    const device = { ...world.device, kid: "device" };
    if (mac) response.authenticateWithMAC(device, coseKey(world.reader, false), "HS256");
    else response.authenticateWithSignature(device, "ES256");
    return Buffer.from((await response.sign()).encode());
  },
  verify: (response) =>
    new auth0.Verifier([world.iacaPem]).verify(response, { encodedSessionTranscript: world.transcript, ephemeralReaderKey: coseKey(world.reader, true) }),
};

export const animoLibrary = {
  name: "@animo-id/mdoc", mac: true,
  issue: async () => {
    const document = await new animo.Document(world.doctype, animoContext)
      .addIssuerNameSpace(world.nameSpace, world.claims)
      .useDigestAlgorithm("SHA-256")
      .addValidityInfo(validity())
      .addDeviceKeyInfo({ deviceKey: publicJwk(world.device) })
      .sign({ issuerPrivateKey: world.ds, issuerCertificate: world.dsPem, alg: "ES256" }, animoContext);
    return issuerSignedOf(new animo.MDoc([document]).encode());
  },
  present: async (issuerSigned, mac) => {
    const asked = new Map([[world.nameSpace, new Map(world.asked.map((name) => [name, false]))]]);
    const response = animo.DeviceResponse.from(new Uint8Array(asMdoc(issuerSigned)))
      .usingDeviceRequest(animo.DeviceRequest.from("1.0", [{ itemsRequestData: { docType: world.doctype, nameSpaces: asked } }]))
      .usingSessionTranscriptBytes(new Uint8Array(world.transcript));
    if (mac) response.authenticateWithMAC(world.device, publicJwk(world.reader), "HS256");
    else response.authenticateWithSignature(world.device, "ES256");
    return Buffer.from((await response.sign(animoContext)).encode());
  },
  verify: (response) =>
    new animo.Verifier().verifyDeviceResponse(
      {
        encodedDeviceResponse: new Uint8Array(response), encodedSessionTranscript: new Uint8Array(world.transcript),
        ephemeralReaderKey: world.reader, trustedCertificates: [der(world.iacaPem)],
      },
      animoContext,
    ),
};

const owfRequest = () =>
  owf.DeviceRequest.create({
    docRequests: [owf.DocRequest.create({
      itemsRequest: owf.ItemsRequest.create({
        docType: world.doctype, namespaces: { [world.nameSpace]: Object.fromEntries(world.asked.map((name) => [name, false])) },
      }),
    })],
  });

export const owfLibrary = {
  name: "@owf/mdoc", mac: false,
  issue: async () => {
    const issuer = new owf.Issuer(world.doctype, owfContext);
    issuer.addIssuerNamespace(world.nameSpace, world.claims);
    const issued = await issuer.sign({
      signingKey: owf.CoseKey.fromJwk(world.ds), algorithm: owf.SignatureAlgorithm.ES256, digestAlgorithm: "SHA-256", validityInfo: validity(),
      deviceKeyInfo: { deviceKey: owf.DeviceKey.fromJwk(publicJwk(world.device)) }, certificates: [der(world.dsPem)],
    });
    return Buffer.from(issued.encode());
  },
  present: async (issuerSigned) => {
    const response = await owf.Holder.createDeviceResponseForDeviceRequest(
      {
        deviceRequest: owfRequest(), issuerSigned: [owf.IssuerSigned.decode(new Uint8Array(issuerSigned))],
        sessionTranscript: owf.SessionTranscript.decode(new Uint8Array(world.bareTranscript)), signature: { signingKey: owf.CoseKey.fromJwk({ ...world.device, alg: "ES256" }) },
      },
      owfContext,
    );
    return Buffer.from(response.encode());
  },
  verify: (response) =>
    owf.Verifier.verifyDeviceResponse(
      {
        deviceResponse: new Uint8Array(response), deviceRequest: owfRequest(), trustedCertificates: [der(world.iacaPem)],
        sessionTranscript: owf.SessionTranscript.decode(new Uint8Array(world.bareTranscript)),
      },
      owfContext,
    ),
  request: () => Buffer.from(owfRequest().encode()),
};
