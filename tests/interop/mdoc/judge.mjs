// Other people's mdoc libraries and the mitome command, each against the other: node judge.mjs FOLDER MITOME. FOLDER holds what run.sh made:
// iaca.crt, ds.crt, ds.pem, device.pem, reader.pem, reader.pub. Prints one line a judgement and "N passed, N failed".
import { spawnSync } from "node:child_process";
import { createHash, createPrivateKey } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { array, bytes, nil, tagged24, text } from "./cbor.mjs";
import { animoLibrary, auth0Library, owfLibrary, world } from "./libraries.mjs";

const [folder, mitome] = process.argv.slice(2);
const at = (name) => join(folder, name);
const jwkOf = (name) => createPrivateKey(readFileSync(at(name))).export({ format: "jwk" });

const now = Math.floor(Date.now() / 1000);
const info = array(text("x509_san_dns:reader.test"), text("a nonce of this run"), nil, text("https://reader.test/response"));
const transcript = array(nil, nil, array(text("OpenID4VPHandover"), bytes(createHash("sha256").update(info).digest())));
Object.assign(world, {
  doctype: "org.iso.23220.1.jp.mnc",
  nameSpace: "org.iso.23220.1",
  claims: { family_name: "Ninomiya", given_name: "Mitome", age_over_20: true, sex: 1 },
  asked: ["family_name", "age_over_20"],
  ds: jwkOf("ds.pem"), device: jwkOf("device.pem"), reader: jwkOf("reader.pem"),
  dsPem: readFileSync(at("ds.crt"), "utf8"), iacaPem: readFileSync(at("iaca.crt"), "utf8"),
  bareTranscript: transcript, transcript: tagged24(transcript),
  signedAt: new Date(now * 1000), validUntil: new Date((now + 7 * 86400) * 1000),
});
world.privateKeys = [world.device, world.reader];

writeFileSync(at("transcript.cbor"), world.transcript);
writeFileSync(at("request.cbor"), owfLibrary.request());
writeFileSync(at("claims.json"), JSON.stringify({ doctype: world.doctype, namespaces: { [world.nameSpace]: world.claims } }));

const command = (...args) => {
  const run = spawnSync(mitome, ["--json", "mdoc", ...args], { encoding: "utf8" });
  if (run.error) throw run.error;
  return { code: run.status, ...JSON.parse(run.stdout.trim().split("\n").pop() || "{}"), stderr: run.stderr };
};
const must = (result) => {
  if (result.code !== 0) throw new Error(`${result.reason}: ${result.detail} ${result.stderr}`);
  return result;
};

const ours = {
  name: "mitome", mac: true,
  issue: async () => {
    must(command("issue", "--claims", at("claims.json"), "--device-key", at("device.pem"), "--issuer-key", at("ds.pem"), "--issuer-cert", at("ds.crt"),
      "--out", at("issued.cbor")));
    return readFileSync(at("issued.cbor"));
  },
  present: async (issuerSigned, mac) => {
    writeFileSync(at("held.cbor"), issuerSigned);
    must(command("present", "--issuer-signed", at("held.cbor"), "--device-key", at("device.pem"), "--request", at("request.cbor"),
      "--session-transcript", at("transcript.cbor"), ...(mac ? ["--mac", at("reader.pub")] : []), "--out", at("response.cbor")));
    return readFileSync(at("response.cbor"));
  },
  report: (response) => {
    writeFileSync(at("shown.cbor"), response);
    return command("verify", "--trust", at("iaca.crt"), "--session-transcript", at("transcript.cbor"), "--reader-key", at("reader.pem"),
      "--request", at("request.cbor"), at("shown.cbor"));
  },
  verify: async (response) => {
    const report = must(ours.report(response));
    const shown = report.documents[0].namespaces[world.nameSpace];
    if (shown.family_name !== world.claims.family_name || shown.age_over_20 !== true || "sex" in shown) throw new Error("not what was asked");
  },
};

/// One letter of the name changed, in a response that was good.
const tampered = (response) => {
  const out = Buffer.from(response);
  const at = out.indexOf("Ninomiya");
  if (at < 0 || out.indexOf("Ninomiya", at + 1) >= 0) throw new Error("the name is not there exactly once");
  out[at] = "M".charCodeAt(0);
  return out;
};

let passed = 0;
let failed = 0;
const judge = async (what, judgement) => {
  try {
    await judgement();
    ++passed;
    console.log(`ok      ${what}`);
  } catch (error) {
    ++failed;
    console.log(`FAILED  ${what}\n        ${error.stack ?? error}`);
  }
};
const refuses = async (library, response) => {
  try {
    await library.verify(response);
  } catch {
    return;
  }
  throw new Error("accepted");
};

// Every chain of issuer → holder → verifier in which we stand at least once.
const libraries = [ours, auth0Library, animoLibrary, owfLibrary];
for (const mac of [false, true]) {
  for (const issuer of libraries) {
    for (const holder of libraries) {
      for (const verifier of libraries) {
        if (![issuer, holder, verifier].includes(ours)) continue;
        // @owf/mdoc 0.6.0 has no working MAC, as holder or as verifier.
        if (mac && !(holder.mac && verifier.mac)) continue;
        const way = `${issuer.name} → ${holder.name} → ${verifier.name}, ${mac ? "MAC" : "signature"}`;
        await judge(way, async () => {
          const response = await holder.present(await issuer.issue(), mac);
          await verifier.verify(response);
          await refuses(verifier, tampered(response));
          if (verifier === ours) {
            const { code, reason } = ours.report(tampered(response));
            if (code !== 1 || reason !== "VALUE_DIGEST_MISMATCH") throw new Error(`tampered: ${code} ${reason}`);
          }
        });
      }
    }
  }
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
