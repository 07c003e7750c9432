// Anybody: is this paper one that the kiosk printed?
import { page, h, fill, t, pick, api, button, field, facts, notice, refusalNotice, japan } from '/ui/ui.js';

page({ title: () => t('証明書の確認', 'Check a document'), width: 'narrow', render(main) {
  const out = h('div', { 'aria-live': 'polite' });
  const code = field({ label: t('紙に印刷された確認コード', 'The code printed on the paper'), name: 'code', required: true, autocomplete: 'off', spellcheck: 'false', 'data-do': 'code',
    value: new URL(location.href).searchParams.get('code') ?? '' });
  const check = async () => {
    try {
      const found = await api.get(`/api/verify?code=${encodeURIComponent(code.value.trim())}`);
      if (!found.valid) {
        fill(out, notice('bad', t('このコードの証明書は発行されていません。', 'No document with this code was issued.'),
          t('コードを確かめてください。紙を受け取った相手なら、受け入れないでください。', 'Check the code. If somebody handed you the paper, do not accept it.')));
        return;
      }
      fill(out, notice('good', t('この証明書は確かに発行されています。', 'This document was issued.')),
        facts([[t('種類', 'Kind'), pick(found, 'document')], [t('発行者', 'Issued by'), pick(found, 'municipality')],
          [t('発行', 'Issued'), japan(Date.parse(found.issued_at) / 1000)]]));
    } catch (error) { fill(out, refusalNotice(error)); }
  };
  fill(main, h('h1', {}, t('証明書の確認', 'Check a document')),
    h('p', {}, t('紙の内容はここには表示されません。コードと発行の事実だけを確かめます。', 'What the paper says is not shown here: only that it was issued, and when.')),
    code, button(t('確認する', 'Check'), { kind: 'primary', do: 'check', onclick: check }), out);
} });
