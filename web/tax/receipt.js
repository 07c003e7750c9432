import { page, h, fill, t, api, button, notice, busy, facts, japan, refusalNotice } from '/ui/ui.js';
import { asked } from '/ui/service.js';
import { computation } from '/steps.js';

const state = { filed: null, refusal: null };
const id = encodeURIComponent(asked('id'));

function render(main) {
  const head = h('h1', {}, t('受付結果', 'Receipt'));
  if (state.refusal) {
    fill(main, head, refusalNotice(state.refusal), h('div', { class: 'buttons' }, button(t('税務署の入口へ', 'To the entrance'), { kind: 'primary', href: '/' })));
    return;
  }
  if (!state.filed) {
    fill(main, head, busy(t('読み込んでいます', 'Loading')));
    return;
  }
  const { filed } = state;
  fill(main, head, notice('good', t('申告書を受け付けました。', 'Your return was received.')),
    h('div', { class: 'card' }, facts([
      [t('受付番号', 'Receipt'), h('strong', { class: 'mono', dataset: { do: 'receipt' } }, filed.receipt)],
      [t('受付日時', 'Received'), japan(filed.filed)],
      [t('保存期間', 'Kept until'), japan(filed.kept_until)]])),
    h('div', { class: 'card' }, computation(filed.result)),
    h('h2', {}, t('控え', 'Your copies')),
    h('p', {}, t('申告書と署名は、署名用の認証局の証明書だけで誰でも検証できます。', 'Return and signature can be verified by anybody with the signing CA’s certificate alone.')),
    h('pre', { class: 'card mono small', tabindex: '0' }, `openssl cms -verify -binary -inform DER -content ${filed.receipt}.json -in ${filed.receipt}.json.p7s -CAfile sign-ca.pem -purpose any`),
    h('div', { class: 'buttons' },
      button(t('申告書をダウンロード', 'Download the return'), { href: `/api/return.json?id=${id}`, do: 'download-return', download: true }),
      button(t('署名をダウンロード', 'Download the signature'), { href: `/api/return.p7s?id=${id}`, do: 'download-signature', download: true }),
      button(t('印刷する', 'Print'), { do: 'print', onclick: () => print() }),
      button(t('入口へ', 'To the entrance'), { kind: 'quiet', href: '/' })));
}

const main = page({ title: () => t('受付結果', 'Receipt'), render });
try {
  state.filed = await api.get(`/api/return?id=${id}`);
} catch (error) {
  state.refusal = error;
}
render(main);
