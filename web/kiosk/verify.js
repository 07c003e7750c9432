// Anyone may check a paper by its code; the answer says nothing about a person.
import { page, h, fill, t, pick, api, button, field, notice, refusalNotice, facts, japan } from '/ui/ui.js';

const asked = new URL(location.href).searchParams.get('code') ?? '';
let answer = null;

async function check(code, out) {
  try {
    answer = await api.get(`/api/verify?code=${encodeURIComponent(code)}`);
    fill(out, show());
  } catch (error) {
    if (!error.reason) throw error;
    fill(out, refusalNotice(error));
  }
}

function show() {
  if (!answer) return null;
  if (!answer.valid) return notice('bad', t('この番号の証明書は発行されていません', 'No certificate with this code was handed out'), t('番号をもう一度確かめてください。', 'Check the code again.'));
  return [notice('good', t('発行された証明書です', 'This certificate was handed out')),
    facts([[t('証明書', 'Certificate'), t(answer.document_ja, answer.document === 'seal' ? 'Seal registration certificate' : 'Certificate of residence')],
      [t('市区町村', 'Municipality'), pick(answer, 'municipality')], [t('発行日時', 'Issued'), japan(Date.parse(answer.issued_at) / 1000)]])];
}

page({ title: () => t('証明書の確認', 'Check a certificate'), width: 'narrow', render(main) {
  const out = h('div', { 'aria-live': 'polite' }, show());
  const code = field({ label: t('確認番号', 'Verification code'), hint: t('16文字。ハイフンはあってもなくてもかまいません', '16 characters, with or without hyphens'), name: 'code', value: asked, autocomplete: 'off', 'data-do': 'code' });
  fill(main, h('h1', {}, t('証明書の確認', 'Check a certificate')), h('p', {}, t('紙に書かれた確認番号で、発行されたものかどうかを調べます。個人の情報は表示しません。', 'Finds out by the code on the paper whether it was handed out. No personal data is shown.')),
    code, h('div', { class: 'buttons' }, button(t('確認する', 'Check'), { kind: 'primary', do: 'check', onclick: () => check(code.value, out) })), out);
  if (asked && !answer) check(asked, out);
} });
