// Who asks, what for, which items, what will be stored: shown before anything leaves the phone, and declined as easily as agreed to.
import { h, fill, t, pick, notice, badge, facts, checkbox, refusalNotice, japanTime, Refusal, busy } from '/ui/ui.js';
import { phone, act, refresh } from './remote.js';
import { view, primary, second } from './screen.js';
import { withTouch } from './touch.js';
import { isPin } from './pin-phone.js';
import { elementName, sensorName } from './elements.js';

/** A link or QR text that the gate gave, kept until the phone is unlocked; survives a reload in this tab. */
const KEY = 'request-waiting';
export const waitingLink = () => sessionStorage.getItem(KEY);
export function keepLink(url) {
  if (url) sessionStorage.setItem(KEY, url);
  else sessionStorage.removeItem(KEY);
}

/** What came of a request, until its screen is left: {tone, title, text, refusal, report, on}. */
let outcome = null;
export const outcomeKey = () => (outcome ? `outcome ${outcome.title ?? outcome.refusal?.reason ?? outcome.report.reason}` : '');
let opening = false;

/** Opens the waiting link once the phone is unlocked. */
export async function openWaiting() {
  const url = waitingLink();
  if (!url || opening || phone.state?.screen !== 'unlocked') return;
  opening = true;
  keepLink(null);
  try {
    await act('/request/open', { url });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    outcome = { refusal: error };
    await refresh();
  } finally {
    opening = false;
  }
}

/** The phone has signed, and who asked did not take it: a revoked certificate, say. */
const notTaken = ({ reason, checks }) => h('div', { class: 'notice bad', role: 'alert', dataset: { reason } }, h('strong', {}, t('受け付けられませんでした', 'Not accepted')),
  h('p', {}, t('くわしい理由は、もとの画面に出ています。', 'The other screen says more about why.')),
  h('p', { class: 'reason' }, [reason, (checks ?? []).find((check) => check.outcome === 'failed')?.id].filter(Boolean).join(' · ')));

const leave = (where) => { if (/^https?:\/\//.test(where ?? '')) location.assign(where); };

export function outcomeScene() {
  const { refusal, report, tone, title, text, on } = outcome;
  return view(t('認証の依頼', 'A request'), {}, refusal ? refusalNotice(refusal) : report ? notTaken(report) : notice(tone, title, text),
    on ? h('a', { class: 'button primary wide', href: on, 'data-do': 'go-on' }, t('元のページへ戻る', 'Back to the page')) : null,
    second(t('閉じる', 'Close'), 'close-outcome', () => { outcome = null; return refresh(); }));
}

export const requestKey = () => `request ${phone.state.request.id}`;
export function requestScene() {
  const it = phone.state.request;
  const sign = it.kind === 'sign';
  const out = h('div', {});
  const answer = async () => {
    try {
      const done = await withTouch('/request/answer', { id: it.id }, {
        title: sign ? t('署名する', 'Sign') : t('ログインする', 'Log in'), pin: isPin() && (sign ? 'sign' : 'auth'),
        text: sign ? t(`「${it.document ?? ''}」に署名します。`, `Signs “${it.document ?? ''}”.`) : t(`${pick(it.client, 'name')} にログインします。`, `Logs in to ${pick(it.client, 'name')}.`),
      });
      if (!done) return;
      outcome = done.report.verdict !== 'good' ? { report: done.report } : { tone: 'good', title: sign ? t('署名しました', 'Signed') : t('ログインしました', 'Logged in'), on: done.continue,
        text: done.continue ? t('元のページへ戻ります。', 'Going back to the page.') : t('もとの画面で続けてください。', 'Go on at the other screen.') };
      await refresh();
      leave(done.continue);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (phone.state.request?.id === it.id && out.isConnected) fill(out, refusalNotice(error));
      else {
        outcome = { refusal: error };
        await refresh();
      }
    }
  };
  const decline = async () => {
    const done = await act('/request/decline', { id: it.id });
    outcome = { tone: 'info', title: t('断りました', 'Declined'), text: t('何も渡していません。', 'Nothing was handed over.'), on: done.continue };
    await refresh();
    leave(done.continue);
  };
  return view(sign ? t('署名の確認', 'Confirm a signature') : t('ログインの確認', 'Confirm a login'), { class: 'consent' },
    h('p', { class: 'asker' }, h('strong', {}, pick(it.client, 'name')), h('span', { class: 'mono small soft' }, it.origin)),
    facts([[t('目的', 'What for'), pick(it, 'purpose')], [t('署名する文書', 'Document'), sign ? it.document : null], [t('文書のハッシュ値', 'Its SHA-256'), sign && it.sha256 ? h('code', { class: 'small' }, it.sha256) : null],
      [t('渡す項目', 'What it will learn'), itemList(it.items ?? [], sign)], [t('相手が保存するもの', 'What it will store'), pick(it, 'stored') || t('何も保存しません', 'Nothing')],
      [t('期限', 'Until'), it.expires ? japanTime(it.expires) : null]]),
    h('p', { class: 'small soft' }, t('渡した項目は、アプリの「記録」に残り、あとから削除を求められます。', 'What was handed over is kept in the app’s log, and you can ask for its deletion.')),
    out, primary(isPin() ? (sign ? t('同意してパスワードを入力', 'Agree and enter the password') : t('同意して暗証番号を入力', 'Agree and enter the PIN'))
      : t(`同意して${sensorName(phone.state.sensor)}で確認`, `Agree and confirm by ${sensorName(phone.state.sensor)}`), 'consent-yes', answer), second(t('断る', 'Decline'), 'consent-no', decline));
}

const itemList = (items, sign) => (items.length === 0 && !sign ? t('なし（このサービス専用の番号だけ）', 'None (only a number for this service)')
  : h('ul', { class: 'plain' }, (items.length ? items : ['certificate']).map((item) => h('li', {}, typeof item === 'string' ? elementName(item) : pick(item, 'name')))));

export const readerKey = () => `reader ${JSON.stringify(phone.state.reader)}`;
/** A reader's request over ISO/IEC 18013-5: each item can be left out. */
export function readerScene() {
  const it = phone.state.reader;
  const out = h('div', {});
  const boxes = it.elements.map((element) => ({ element, box: checkbox({
    label: elementName(element.element), checked: true, dataset: { do: `element-${element.element}` },
    hint: element.retain ? t('相手が保存します', 'The reader will keep it') : t('相手は保存しません', 'The reader will not keep it'),
  }) }));
  const answer = async () => {
    const elements = boxes.filter(({ box }) => box.checked).map(({ element }) => [element.namespace, element.element]);
    if (elements.length === 0) {
      fill(out, notice('bad', t('見せる項目を選んでください', 'Choose something to show, or decline')));
      return;
    }
    try {
      const done = await withTouch('/wallet/consent', { elements }, { title: t('提示する', 'Show'), text: t('選んだ項目だけを渡します。', 'Only the items chosen are handed over.') });
      if (!done) return;
      outcome = { tone: 'good', title: t('提示しました', 'Shown'), text: t('窓口の画面で結果を確認してください。', 'See the counter’s screen.') };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (phone.state.reader && out.isConnected) {
        fill(out, refusalNotice(error));
        return;
      }
      outcome = { refusal: error };
    }
    await refresh();
  };
  return view(t('提示の確認', 'Confirm what to show'), { class: 'consent' },
    h('p', { class: 'asker' }, h('strong', {}, typeof it.reader === 'string' ? it.reader : pick(it.reader ?? {}, 'name')), badge(t('身元を確認済み', 'Identity checked'), 'good')),
    h('h2', {}, t('見せる項目', 'What to show')), h('div', {}, boxes.map(({ box }) => box)),
    out, primary(t(`${sensorName(phone.state.sensor)}で確認して見せる`, `Confirm by ${sensorName(phone.state.sensor)} and show`), 'consent-yes', answer),
    second(t('断る', 'Decline'), 'consent-no', async () => {
      await act('/wallet/consent', { decline: true });
      outcome = { tone: 'info', title: t('断りました', 'Declined'), text: t('何も渡していません。', 'Nothing was handed over.') };
      await refresh();
    }));
}

export const openingScene = () => view(t('認証の依頼', 'A request'), {}, busy(t('だれからの依頼か確認しています…', 'Finding out who asks…')));
export const isOpening = () => opening;
