// What stands on the card, in words: elements of the mdoc, items of a consent, kinds of things that happened.
import { t, japanDay } from '/ui/ui.js';

const ELEMENTS = {
  full_name_unicode: ['氏名', 'Name'],
  resident_address_unicode: ['住所', 'Address'],
  local_gov_code_unicode: ['市区町村コード', 'Municipality code'],
  individual_number_unicode: ['個人番号（マイナンバー）', 'Individual number (My Number)'],
  sex_unicode: ['性別', 'Sex'],
  birth_date_unicode: ['生年月日', 'Date of birth'],
  portrait: ['顔写真', 'Portrait'],
  sex: ['性別（国際コード）', 'Sex (ISO code)'],
  birth_date: ['生年月日（西暦）', 'Date of birth (full date)'],
  age_in_years: ['年齢', 'Age in years'],
  // Claims of the gate.
  sub: ['このサービス専用の番号', 'A number for this service only'],
  name: ['氏名', 'Name'],
  kana: ['氏名のふりがな', 'Name in kana'],
  address: ['住所', 'Address'],
  birthdate: ['生年月日', 'Date of birth'],
  gender: ['性別', 'Sex'],
  jpki_serial: ['電子証明書の発行番号（健康保険の確認用）', 'Certificate serial (for health insurance)'],
  certificate: ['署名用電子証明書（氏名・住所・生年月日・性別を含む）', 'Signing certificate (with name, address, date of birth, sex)'],
};
export function elementName(key) {
  const over = /^age_over_(\d+)$/.exec(key);
  if (over) return t(`${Number(over[1])}歳以上かどうか（はい・いいえだけ）`, `Whether over ${Number(over[1])} (yes or no only)`);
  return ELEMENTS[key] ? t(...ELEMENTS[key]) : key;
}
export function elementValue(key, value) {
  if (value === true) return t('はい', 'Yes');
  if (value === false) return t('いいえ', 'No');
  if (key === 'birth_date' || key === 'birthdate') return japanDay(String(value));
  return String(value ?? '');
}

const KINDS = {
  added: ['カードを追加した', 'Card added'],
  login: ['ログインした', 'Logged in'],
  sign: ['署名した', 'Signed'],
  present: ['対面で提示した', 'Shown in person'],
  contactless: ['読み取り機にかざした', 'Held to a reader'],
  declined: ['断った', 'Declined'],
  suspended: ['一時利用停止', 'Suspended'],
  resumed: ['利用再開', 'Resumed'],
  deleted: ['失効させた', 'Revoked'],
  removed: ['ウォレットから外した', 'Removed from the wallet'],
  refreshed: ['提示用の記録を更新した', 'Renewed what is shown'],
  'deletion-asked': ['削除を求めた', 'Deletion asked for'],
};
export const kindName = (kind) => (KINDS[kind] ? t(...KINDS[kind]) : kind);

const STATES = {
  pending: ['利用開始待ち', 'Not usable yet', 'wait'],
  active: ['利用できます', 'Ready', 'good'],
  suspended: ['一時停止中', 'Suspended', 'bad'],
  ended: ['失効済み', 'Ended', 'bad'],
  needs_reproof: ['再登録が必要', 'Must be added again', 'bad'],
};
export const stateName = (state) => (STATES[state] ? t(STATES[state][0], STATES[state][1]) : state);
export const stateTone = (state) => STATES[state]?.[2] ?? 'info';

export const sensorName = (sensor) => (sensor === 'finger' ? t('指紋', 'finger') : t('顔', 'face'));
