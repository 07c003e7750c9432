// What the counter's words are called: elements of the card (ISO/IEC 23220), and the verifier's checks.
import { t } from '/ui/ui.js';

const ELEMENTS = {
  age_over_20: ['20歳以上', '20 or older'],
  full_name_unicode: ['氏名', 'Name'],
  birth_date: ['生年月日', 'Date of birth'],
  resident_address_unicode: ['住所', 'Address'],
  portrait: ['顔写真', 'Portrait'],
};
export const elementName = (identifier) => (ELEMENTS[identifier] ? t(...ELEMENTS[identifier]) : identifier);

const CHECKS = {
  response_status: ['回答が正しく届いた', 'The answer arrived whole'],
  issuer_chain: ['発行者の証明書が信頼できる', 'The issuer’s certificate leads to a trusted root'],
  signer_profile: ['発行者の証明書の用途が正しい', 'The issuer’s certificate is made for this'],
  signer_validity: ['発行者の証明書が期限内', 'The issuer’s certificate is in its time'],
  signer_revocation: ['発行者の証明書が失効していない', 'The issuer’s certificate is not revoked'],
  issuer_signature: ['発行者の署名が正しい', 'The issuer’s signature is good'],
  mso_doctype: ['文書の種類が署名と一致', 'The kind of document is the signed one'],
  requested_doctype: ['求めた種類の文書である', 'It is the kind of document that was asked for'],
  signed_in_signer_validity: ['署名した時点で証明書が有効', 'Signed while the certificate was in its time'],
  valid_from: ['有効期間が始まっている', 'The document is already valid'],
  valid_until: ['有効期間が終わっていない', 'The document has not expired'],
  value_digests: ['項目が書き換えられていない', 'No item was changed'],
  device_auth_method: ['端末の認証方式が認められたもの', 'The phone vouched in an accepted way'],
  device_auth: ['この端末が、この場で署名した', 'This very phone signed, here and now'],
  key_authorizations: ['端末の鍵に許された範囲', 'Within what the phone’s key may do'],
  document_status: ['発行者が取り下げていない', 'The issuer has not withdrawn it'],
  query_satisfied: ['求めた項目だけがそろっている', 'Exactly what was asked for'],
  all_documents_shown: ['求めた文書がすべてそろっている', 'Every document that was asked for'],
  single_use: ['一度も使われていない回答', 'This answer was never used before'],
};
export const checkName = (id) => (CHECKS[id] ? t(...CHECKS[id]) : id);

// Bytes of a portrait as they come (base64) → what an <img> can show; an empty text when it cannot.
const PICTURES = { iVBOR: 'image/png', '/9j/': 'image/jpeg', Qk: 'image/bmp', UklGR: 'image/webp' };
export function pictureUrl(value) {
  const base64 = value?.$bytes ?? '';
  const found = Object.entries(PICTURES).find(([start]) => base64.startsWith(start));
  return found ? `data:${found[1]};base64,${base64}` : '';
}
