// The operator: two pictures side by side, and a log that shows when somebody touched it.
import { page, h, fill, t, api, button, checkbox, facts, notice, refusalNotice, table, badge, japan, japanDay, simulated } from '/ui/ui.js';
import { withRole } from '/desk.js';

const picture = (review, which, caption) => h('figure', {},
  h('img.portrait', { src: `/api/operator/picture?id=${encodeURIComponent(review.id)}&which=${which}`, alt: caption }), h('figcaption', {}, caption));

function reviews(box) {
  const draw = async () => {
    const list = await api.get('/api/operator/reviews');
    const mode = checkbox({ label: t('3秒後に自動で承認する（模擬）', 'Approve by itself after three seconds (simulated)'),
      hint: t('架空の町の人は架空です。止めると、ここで待ちます。', 'The people of this town are invented. Off: every one waits here.'),
      checked: list.auto, dataset: { do: 'auto' }, onchange: async (on) => { await api.post('/api/operator/mode', { auto: on }); await draw(); } });
    const decide = (review, decision) => async () => {
      try { await api.post('/api/operator/decide', { id: review.id, decision }); } catch (error) { fill(out, refusalNotice(error)); return; }
      await draw();
    };
    const out = h('div', { 'aria-live': 'polite' });
    fill(box, h('h2', {}, t('顔の照合', 'Likeness reviews')), simulated(mode), out,
      list.reviews.length === 0 ? h('p.soft', {}, t('待っている人はいません。', 'Nobody waits.')) : list.reviews.map((review) => h('section.card', { dataset: { review: review.id } },
        h('h3', {}, review.name), h('p.soft', {}, `${review.kana} · ${japanDay(review.birth_date)}`),
        review.frames === 0 ? null : h('div.portraits', {}, picture(review, 'portrait', t('カードの写真', 'On the card')), // none once decided
          Array.from({ length: review.frames }, (_, i) => picture(review, `frame-${i}`, t(`カメラ ${i + 1}`, `Camera ${i + 1}`)))),
        h('p.small', {}, t(`${japan(review.opened)}から。画像は決まるまで、長くても${japan(review.expires)}までしか残りません。`,
          `Since ${japan(review.opened)}. The pictures are kept until the decision, at the latest until ${japan(review.expires)}.`)),
        review.state === 'waiting' ? h('div.buttons', {},
          button(t('同じ人', 'The same person'), { kind: 'primary', do: 'approve', onclick: decide(review, 'approve') }),
          button(t('ちがう人', 'Another person'), { kind: 'danger', do: 'refuse', onclick: decide(review, 'refuse') }))
          : h('p', {}, badge(review.state === 'approved' ? t('承認', 'approved') : t('却下', 'refused'), review.state === 'approved' ? 'good' : 'bad'),
            ` ${review.by}${review.simulated ? t('（模擬）', ' (simulated)') : ''}`))),
      button(t('読み直す', 'Reload'), { do: 'reload-reviews', onclick: draw }));
  };
  draw().catch((error) => fill(box, h('h2', {}, t('顔の照合', 'Likeness reviews')), refusalNotice(error)));
}

function log(box) {
  const out = h('div', { 'aria-live': 'polite' }), rows = h('div', {});
  const PAGE = 50;
  const draw = async (before) => {
    const { count } = await api.get('/api/operator/events?after=999999999999');
    const end = before ?? count, begin = Math.max(0, end - PAGE);
    const { events } = await api.get(`/api/operator/events?after=${begin}`);
    const shown = events.filter((event) => event.seq <= end).reverse();
    fill(rows, table({ caption: t(`イベント ${begin + 1}〜${end}（全${count}件）`, `Events ${begin + 1} to ${end} of ${count}`),
      head: ['#', t('日時', 'When'), t('種類', 'Kind'), t('だれが', 'Who'), t('職員・機関', 'Staff or service'), t('内容', 'What')],
      rows: shown.map((event) => [event.seq, japan(event.at), event.kind === 'simulated' ? badge(t('模擬', 'simulated'), 'wait') : event.kind, event.who, event.staff,
        h('span.small.mono', {}, [event.person, event.card, event.phone, event.body].filter(Boolean).join(' · ').slice(0, 160))]) }),
      h('div.buttons', {}, begin > 0 ? button(t('前の50件', 'Earlier'), { do: 'earlier', onclick: () => draw(begin) }) : null,
        end < count ? button(t('最新', 'Newest'), { do: 'newest', onclick: () => draw() }) : null));
  };
  const verify = async () => {
    try {
      const head = await api.get('/api/operator/chain');
      fill(out, notice('good', t('最初の記録から最後まで、鎖はつながっています。', 'The chain holds from the first record to the last.')),
        facts([[t('記録の数', 'Records'), head.events], [t('先頭のハッシュ', 'Hash of the head'), h('span.mono', {}, head.head)]]));
    } catch (error) { fill(out, refusalNotice(error)); }
  };
  fill(box, h('h2', {}, t('イベントログ', 'Event log')),
    h('p', {}, t('各記録は前の記録のハッシュを持ち、先頭は鍵付きで守られています。氏名もマイナンバーも載りません。', 'Each record carries the hash of the one before; the head is kept under a key. No names, no My Number.')),
    button(t('鎖を検証', 'Verify the chain'), { kind: 'primary', do: 'verify-chain', onclick: verify }), out, rows);
  draw().catch((error) => fill(rows, refusalNotice(error)));
}

page({ title: () => t('運用室', 'Operator’s room'), width: 'wide', render(main) {
  withRole(main, 'operator', t('運用室', 'Operator’s room'), (room) => {
    const queue = h('section.stack', {}), events = h('section.stack', {});
    fill(room, queue, events);
    reviews(queue);
    log(events);
  });
} });
