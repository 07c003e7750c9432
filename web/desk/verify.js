// Anybody: is this paper one that the kiosk printed?
import { page, h, fill, t, pick, api, button, field, facts, notice, refusalNotice, japan } from '/ui/ui.js';

page({ title: () => t('証明書の確認', 'Check a document'), width: 'narrow', render(main) {
  const out = h('div', { 'aria-live': 'polite' });
  const code = field({ label: t('紙に印刷された確認コード', 'The code printed on the paper'), name: 'code', required: true, autocomplete: 'off', spellcheck: 'false', 'data-do': 'code',
    value: new URL(location.href).searchParams.get('code') ?? '' });
  const check = async () => {
    try {
      const found = await api.get(`/api/verify?code=${encodeURIComponent(code.value.trim())}`);
      fill(out, notice('good', t('この証明書は確かに発行されています。', 'This document was issued.')),
        facts([[t('種類', 'Kind'), pick(found, 'title') || pick(found, 'kind')], [t('発行', 'Issued'), found.issued ? japan(found.issued) : null],
          [t('発行場所', 'Where'), pick(found, 'kiosk')], [t('SHA-256', 'SHA-256'), found.sha256 ? h('span.mono', {}, found.sha256) : null]]));
    } catch (error) { fill(out, refusalNotice(error)); }
  };
  fill(main, h('h1', {}, t('証明書の確認', 'Check a document')),
    h('p', {}, t('紙の内容はここには表示されません。コードと発行の事実だけを確かめます。', 'What the paper says is not shown here: only that it was issued, and when.')),
    code, button(t('確認する', 'Check'), { kind: 'primary', do: 'check', onclick: check }), out);
} });
